// SPDX-License-Identifier: MIT

//go:build cgo

package fntoken

/*
#include "native.h"
#cgo nocallback fnt_verifier_new
#cgo noescape fnt_verifier_new
#cgo nocallback go_authorize_cached
#cgo noescape go_authorize_cached
#cgo nocallback fnt_authorize
#cgo noescape fnt_authorize
#cgo nocallback fnt_verify
#cgo noescape fnt_verify
*/
import "C"

import (
	"strings"
	"time"
)

// Verifier holds what a token is measured by: one issuer, one audience, the
// current keys, settings, and a cache where there is one.
type Verifier struct {
	handle[*C.fnt_verifier]
}

// NewVerifier makes a verifier of tokens whose iss is issuer, byte for byte. With
// nil for keys it answers [FaultNotReady] until SetKeys.
func NewVerifier(issuer string, keys *KeySet, options ...Option) (*Verifier, error) {
	var audience *string
	for _, option := range options {
		if option.audience != nil {
			audience = option.audience
		}
	}
	keyset, err := use(keys)
	if err != nil {
		return nil, err
	}
	defer keyset.leave()
	var made *C.fnt_verifier
	iss, issSize := textOf(issuer)
	aud, audSize := optional(audience)
	if err := failed(C.fnt_verifier_new(iss, issSize, aud, audSize, keyset.at(), &made), nil); err != nil {
		return nil, err
	}
	err = apply(options, func(number C.int32_t, value C.int64_t) C.fnt_status {
		return C.fnt_verifier_set(made, number, value)
	})
	if err != nil {
		C.fnt_verifier_free(made)
		return nil, err
	}
	verifier := new(Verifier)
	verifier.hold(made, func(at *C.fnt_verifier) { C.fnt_verifier_free(at) })
	return verifier, nil
}

// SetKeys replaces the keys: calls that start later see only the new ones, out
// of the cache too. nil: [FaultNotReady] to everything.
func (v *Verifier) SetKeys(keys *KeySet) error {
	keyset, err := use(keys)
	if err != nil {
		return err
	}
	defer keyset.leave()
	at := v.native.enter()
	if at == nil {
		return ErrClosed
	}
	defer v.native.leave()
	return failed(C.fnt_verifier_set_keyset(at, keyset.at()), nil)
}

// SetRevoked replaces the revocations: calls that start later answer
// [RefusedRevoked] to what is listed, out of the cache too. nil: nothing is.
func (v *Verifier) SetRevoked(revoked *Revocations) error {
	var list used[*C.fnt_revoked]
	if revoked != nil {
		if list.native = revoked.native; !list.enter() {
			return ErrClosed
		}
	}
	defer list.leave()
	at := v.native.enter()
	if at == nil {
		return ErrClosed
	}
	defer v.native.leave()
	return failed(C.fnt_verifier_set_revoked(at, list.at()), nil)
}

// header is one value of Authorization: several are joined, and so refused.
func header(authorization []string) (*C.char, C.size_t) {
	switch len(authorization) {
	case 0:
		return nil, 0
	case 1:
		return textOf(authorization[0])
	}
	return textOf(strings.Join(authorization, ", "))
}

// Authorize is the whole check of one request: whether its token is genuine, and
// covers the resource, NAMESPACE:NAME. A token that was seen before costs no
// second signature check where there is a cache.
//
// Only nil is yes. The error is for the operator; its Status has the HTTP
// status, the sentence and the challenge to answer with.
func (v *Verifier) Authorize(authorization []string, resource string, now time.Time) error {
	at := v.native.enter()
	if at == nil {
		return ErrClosed
	}
	text, size := header(authorization)
	name, nameSize := textOf(resource)
	status := C.go_authorize_cached(at, text, size, name, nameSize, clock(now), nil)
	if status == C.FNT_OK {
		v.native.leave()
		return nil
	}
	err := authorize(at, authorization, resource, now, nil)
	v.native.leave()
	return err
}

// authorize takes a signature's time, and tells why where it is no.
func authorize(at *C.fnt_verifier, authorization []string, resource string, now time.Time, token **C.fnt_token) error {
	report := newReport()
	text, size := header(authorization)
	name, nameSize := textOf(resource)
	err := failed(C.fnt_authorize(at, text, size, name, nameSize, second(now), token, report), report)
	C.fnt_report_free(report)
	return err
}

// Caller is Authorize that tells who called as well.
func (v *Verifier) Caller(authorization []string, resource string, now time.Time) (*Claims, error) {
	at := v.native.enter()
	if at == nil {
		return nil, ErrClosed
	}
	defer v.native.leave()
	var token *C.fnt_token
	text, size := header(authorization)
	name, nameSize := textOf(resource)
	if C.go_authorize_cached(at, text, size, name, nameSize, clock(now), &token) != C.FNT_OK {
		if err := authorize(at, authorization, resource, now, &token); err != nil {
			return nil, err
		}
	}
	claims := claimsOf(token)
	C.fnt_token_free(token)
	return claims, nil
}

// Verify is the first half of Authorize, for a token that came another way or
// is asked about many resources: who it is, and not yet what they may.
func (v *Verifier) Verify(token string, now time.Time) (*Token, error) {
	at := v.native.enter()
	if at == nil {
		return nil, ErrClosed
	}
	defer v.native.leave()
	var made *C.fnt_token
	report := newReport()
	defer C.fnt_report_free(report)
	text, size := textOf(token)
	if err := failed(C.fnt_verify(at, text, size, second(now), &made, report), report); err != nil {
		return nil, err
	}
	verified := new(Token)
	verified.hold(made, func(at *C.fnt_token) { C.fnt_token_free(at) })
	return verified, nil
}

// CacheStats is what a verifier's cache did and holds.
type CacheStats struct {
	Hits      int64 // answers out of the cache
	Misses    int64 // tokens that had to be verified
	Entries   int64 // tokens in it now
	Bytes     int64 // memory that it takes now
	Evictions int64 // tokens that were evicted for others
}

// CacheStats are counted since the verifier was made; all 0 after Close.
func (v *Verifier) CacheStats() CacheStats {
	at := v.native.enter()
	if at == nil {
		return CacheStats{}
	}
	defer v.native.leave()
	get := func(number C.int32_t) int64 { return int64(C.fnt_verifier_get(at, number)) }
	return CacheStats{
		Hits:      get(C.FNT_STAT_CACHE_HITS),
		Misses:    get(C.FNT_STAT_CACHE_MISSES),
		Entries:   get(C.FNT_STAT_CACHE_ENTRIES),
		Bytes:     get(C.FNT_STAT_CACHE_BYTES),
		Evictions: get(C.FNT_STAT_CACHE_EVICTIONS),
	}
}

// Close releases it; tokens that it gave out stay valid.
func (v *Verifier) Close() { v.close() }
