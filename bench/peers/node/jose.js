// SPDX-License-Identifier: MIT
// node jose.js FOLDER
import { createRequire } from 'node:module'
import { importJWK, jwtVerify } from 'jose'
import { measure, peakKib, permit, work } from './common.js'

const keys = new Map()
for (const jwk of work.jwks.keys) keys.set(jwk.kid, await importJWK(jwk, 'ES256'))

const wanted = { algorithms: ['ES256'], issuer: work.issuer, audience: work.issuer, requiredClaims: ['exp'] }

async function uncached () {
  const { payload } = await jwtVerify(work.tokens[0], header => keys.get(header.kid), wanted)
  permit(payload)
}

console.log('version', createRequire(import.meta.url)('./package.json').dependencies.jose)
console.log('uncached_us', await measure(100, uncached) / 1e3)
console.log('peak_kib', peakKib())
