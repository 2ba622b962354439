// Reads warnings into a ledger, each change with effect once, by either way; both may write the same ledger in turn.
//
//   npm ci
//   node consumer.mjs topic warnings.ndjson     KAFKA_BOOTSTRAP=localhost:9092
//   node consumer.mjs feed  warnings.ndjson     XIANJIE_URL=http://localhost:8002 XIANJIE_TOKEN=…
//
// Exit code 1: changes are missing that the topic, or the feed, no longer has; begin again with a new ledger.
import { setTimeout as sleep } from 'node:timers/promises'
import { Kafka, logLevel } from 'kafkajs'
import { GapError, Ledger } from './ledger.mjs'

const TOPIC = 'screening.warnings.v1'
const PREFIX = 'xianjie.warning.'
const [way, path = 'warnings.ndjson'] = process.argv.slice(2)
const { KAFKA_BOOTSTRAP = 'localhost:9092', KAFKA_GROUP = 'warnings-example-node' } = process.env
const { XIANJIE_URL = 'http://localhost:8002', XIANJIE_TOKEN } = process.env
const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stop.abort())

// The ledger's write comes first and Kafka's offset after it: a crash in between brings changes again.
async function topic(ledger) {
  const kafka = new Kafka({ brokers: KAFKA_BOOTSTRAP.split(','), logLevel: logLevel.ERROR })
  // A group is waited for so long when somebody joins: the broker of `make up` always waits to the end.
  const waits = { rebalanceTimeout: 3000, sessionTimeout: 6000, heartbeatInterval: 1000 }
  const consumer = kafka.consumer({ groupId: KAFKA_GROUP, ...waits })
  const missed = new Set()
  let failure = null
  const eachMessage = async ({ partition, message }) => {
    const type = message.headers.ce_type.toString()
    if (!type.startsWith(PREFIX)) return // CloudEvents of other types are left aside
    const { household_seq, warning } = JSON.parse(message.value)
    const change = { event_id: message.headers.ce_id.toString(), type: type.split('.')[2], household_seq, warning }
    try {
      if (ledger.take([change])) console.log(`分区 ${partition}：${change.type} ${warning.household_no}`)
    } catch (error) {
      if (!(error instanceof GapError)) throw error
      if (missed.has(error.eventId)) {
        failure = error
        stop.abort()
        throw error
      }
      missed.add(error.eventId) // once more from the beginning; what we have is dropped by its id
      console.error(`${error.message}；从头重读分区 ${partition}`)
      consumer.seek({ topic: TOPIC, partition, offset: '0' })
    }
  }
  await consumer.connect()
  await consumer.subscribe({ topic: TOPIC, fromBeginning: true })
  await consumer.run({ eachMessage })
  await new Promise((resolve) => stop.signal.addEventListener('abort', resolve))
  await consumer.disconnect()
  if (failure) throw failure
}

class GoneError extends Error {}

async function get(route, parameters) {
  const url = `${XIANJIE_URL}${route}?${new URLSearchParams(parameters)}`
  const answer = await fetch(url, { headers: { Authorization: `Bearer ${XIANJIE_TOKEN}` }, signal: stop.signal })
  if (answer.status === 410) throw new GoneError((await answer.json()).detail)
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
  return answer.json()
}

// A snapshot first, then the feed from the snapshot's cursor: a new consumer needs nothing of the past.
async function feed(ledger) {
  if (ledger.cursor === null) {
    let page
    do {
      page = await get('/v1/warnings/snapshot', page ? { after: page.next } : {})
      ledger.load(page.items)
    } while (page.next)
    ledger.take([], { cursor: page.cursor })
    console.log(`快照：${ledger.warnings.size} 件，游标 ${page.cursor}`)
  }
  while (!stop.signal.aborted) {
    try {
      // Without a filter, and with a scope of whole banners, a number that is left out is a loss. A household that
      // moves into a narrower scope brings a part of its numbers: such a reader sets `filtered`.
      const page = await get('/v1/warnings/changes', { after: ledger.cursor, wait: 25, limit: 500 })
      const filtered = Boolean(process.env.XIANJIE_FILTERED)
      const count = ledger.take(page.items, { cursor: page.next, filtered })
      if (count) console.log(`变更流：新的 ${count} 条，游标 ${page.next}`)
    } catch (error) {
      if (error instanceof GoneError || error instanceof GapError || stop.signal.aborted) throw error
      console.error(`${error.message}；5 秒后再试`)
      await sleep(5000, undefined, { signal: stop.signal })
    }
  }
}

try {
  await { topic, feed }[way](new Ledger(path))
} catch (error) {
  if (error.name !== 'AbortError') {
    console.error(error.message)
    process.exitCode = 1
  }
}
