// What a consumer keeps of the warnings: a journal of lines, in which effect and progress are one write.
//
// A change may arrive again (after a crash, a rebalance, a redelivery) and by another way. Two numbers make its
// effect happen once and in order: `event_id` (the `ce_id` of a message, the `webhook-id` of a webhook) says whether
// this change was had already; `household_seq`, which counts a household's changes from 1 without a gap, says
// whether everything before it was.
import fs from 'node:fs'

export class GapError extends Error {
  constructor(change, last) {
    super(`户 ${change.warning.household_no} 的变更由 ${last} 跳到 ${change.household_seq}，中间有遗漏`)
    this.eventId = change.event_id
  }
}

export class Ledger {
  cursor = null // behind which the change feed goes on; null before a snapshot was read whole
  warnings = new Map() // warning_id → { seq, warning }
  #seen = new Set()
  #households = new Map()
  #file

  constructor(path) {
    const text = fs.existsSync(path) ? fs.readFileSync(path, 'utf8') : ''
    const whole = text.slice(0, text.lastIndexOf('\n') + 1) // a line that a crash cut short was never taken
    this.#file = fs.openSync(path, 'a')
    fs.ftruncateSync(this.#file, Buffer.byteLength(whole))
    for (const line of whole.split('\n')) if (line) this.#remember(JSON.parse(line))
  }

  // Changes in this order, and the cursor behind them if the way has one. How many were new. GapError before anything
  // is kept when a number is left out, unless the way is `filtered` and shows a part of a household's changes only.
  take(changes, { cursor = null, filtered = false } = {}) {
    const entries = []
    const seqs = new Map()
    const ids = new Set()
    for (const change of changes) {
      const household = change.warning.household_no
      const last = seqs.get(household) ?? this.#households.get(household)
      if (this.#seen.has(change.event_id) || ids.has(change.event_id)) continue // had already
      if (last !== undefined && change.household_seq <= last) continue // from before the point where we began
      if (last !== undefined && change.household_seq !== last + 1 && !filtered) throw new GapError(change, last)
      seqs.set(household, change.household_seq)
      ids.add(change.event_id)
      entries.push({ change })
    }
    if (cursor !== null && cursor !== this.cursor) entries.push({ cursor })
    this.#write(entries)
    return ids.size
  }

  // Warnings of a snapshot. Each says up to which change of its household it is; the household's own count begins
  // with the first change that the feed brings.
  load(warnings) {
    this.#write(warnings.map(({ household_seq, ...warning }) => ({ standing: { household_seq, warning } })))
  }

  #write(entries) {
    if (!entries.length) return
    fs.writeSync(this.#file, entries.map((entry) => JSON.stringify(entry) + '\n').join(''))
    fs.fsyncSync(this.#file)
    entries.forEach((entry) => this.#remember(entry))
  }

  #remember({ change, standing, cursor }) {
    if (change) {
      this.#seen.add(change.event_id)
      this.#households.set(change.warning.household_no, change.household_seq)
    }
    const { household_seq: seq, warning } = change ?? standing ?? {}
    if (warning && !(this.warnings.get(warning.warning_id)?.seq >= seq)) {
      this.warnings.set(warning.warning_id, { seq, warning }) // the effect: put yours here
    }
    if (cursor) this.cursor = cursor
  }
}
