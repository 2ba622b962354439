// Receives webhooks into a ledger, verified by the official library of Standard Webhooks.
//
//   npm ci
//   XIANJIE_WEBHOOK_SECRET=whsec_… PORT=8080 node receiver.mjs warnings.ndjson
//
// In service it stands behind something that ends TLS. It answers 2xx only when the change is on disk: what is
// answered so is not sent again. A wrong, missing or old signature (more than five minutes) is refused by 401.
import { createServer } from 'node:http'
import { Webhook } from 'standardwebhooks'
import { Ledger } from './ledger.mjs'

const MOST_BYTES = 1 << 20
const PREFIX = 'xianjie.warning.'
const signer = new Webhook(process.env.XIANJIE_WEBHOOK_SECRET)
const ledger = new Ledger(process.argv[2] ?? 'warnings.ndjson')

async function bodyOf(request) {
  const parts = []
  let length = 0
  for await (const part of request) {
    length += part.length
    if (length > MOST_BYTES) return null
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

async function statusOf(request) {
  const body = await bodyOf(request)
  if (body === null) return 413
  let event
  try {
    // over the text as it came: JSON that was parsed and written again has another signature
    event = signer.verify(body, request.headers)
  } catch (refused) {
    console.error(`拒绝：${refused.message}`)
    return 401
  }
  // A test-fire, or a type that we do not know, is well received too. A subscription has a scope: numbers may be left out.
  if (event.type.startsWith(PREFIX)) ledger.take([event.data], { filtered: true })
  return 204
}

const server = createServer((request, response) => {
  statusOf(request)
    .catch((error) => {
      console.error(error)
      return 500 // it will be sent again
    })
    .then((status) => response.writeHead(status, { Connection: 'close' }).end())
})
server.requestTimeout = 10_000
server.listen(Number(process.env.PORT ?? 8080), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}/`)
})
