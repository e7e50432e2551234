// SPDX-License-Identifier: MIT
// What both Node.js peers share: the work, the matching of permissions, the measuring.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const rounds = 31

export const text = name => readFileSync(join(process.argv[2], name), 'utf8').trimEnd()
export const work = {
  tokens: text('tokens').split('\n'), issuer: text('issuer'), resource: text('resource'), jwks: JSON.parse(text('jwks.json'))
}

const compiled = new Map()

function expression (pattern) {
  let found = compiled.get(pattern)
  if (!found) {
    found = new RegExp('^' + pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*') + '$', 's')
    compiled.set(pattern, found)
  }
  return found
}

export function permit (claims) {
  if (!claims.function.permissions.some(pattern => expression(pattern).test(work.resource))) throw new Error('not permitted')
}

export const peakKib = () => /^VmHWM:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]

// The median of rounds, in nanoseconds a call.
export async function measure (calls, call) {
  const took = []
  for (let round = -3; round < rounds; round++) {
    const start = process.hrtime.bigint()
    for (let i = 0; i < calls; i++) await call(i)
    if (round >= 0) took.push(Number(process.hrtime.bigint() - start) / calls)
  }
  return took.sort((a, b) => a - b)[rounds >> 1]
}

// The same of what waits for nothing.
export function measureSync (calls, call) {
  const took = []
  for (let round = -3; round < rounds; round++) {
    const start = process.hrtime.bigint()
    for (let i = 0; i < calls; i++) call(i)
    if (round >= 0) took.push(Number(process.hrtime.bigint() - start) / calls)
  }
  return took.sort((a, b) => a - b)[rounds >> 1]
}
