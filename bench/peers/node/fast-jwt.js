// SPDX-License-Identifier: MIT
// node fast-jwt.js FOLDER: without its cache, and with it.
import { createRequire } from 'node:module'
import { createVerifier } from 'fast-jwt'
import { measureSync, peakKib, permit, text, work } from './common.js'

const wanted = { key: text('key.pem'), algorithms: ['ES256'], allowedIss: work.issuer, allowedAud: work.issuer, requiredClaims: ['exp'] }
const plain = createVerifier({ ...wanted, cache: false })
const cached = createVerifier({ ...wanted, cache: 1000 })

for (const token of work.tokens) cached(token)

console.log('version', createRequire(import.meta.url)('./package.json').dependencies['fast-jwt'])
console.log('uncached_us', measureSync(100, () => permit(plain(work.tokens[0]))) / 1e3)
console.log('cached_hot_ns', measureSync(5000, () => permit(cached(work.tokens[0]))))
console.log('cached_1000_ns', measureSync(5000, i => permit(cached(work.tokens[i * 7919 % work.tokens.length]))))
console.log('peak_kib', peakKib())
