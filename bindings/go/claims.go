// SPDX-License-Identifier: MIT

//go:build cgo

package fntoken

/*
#include "native.h"
#cgo nocallback fnt_claims_new
#cgo noescape fnt_claims_new
#cgo nocallback fnt_claims_add
#cgo noescape fnt_claims_add
#cgo nocallback fnt_patterns_new
#cgo noescape fnt_patterns_new
#cgo nocallback fnt_patterns_permit
#cgo noescape fnt_patterns_permit
#cgo nocallback fnt_mint
#cgo noescape fnt_mint
#cgo nocallback fnt_sign
#cgo noescape fnt_sign
*/
import "C"

import "time"

type written struct{ at *C.fnt_claims }

func newWritten() (written, error) {
	var w written
	return w, failed(C.fnt_claims_new(&w.at), nil)
}

func (w written) add(claim C.int32_t, texts ...string) error {
	for _, text := range texts {
		at, size := textOf(text)
		if err := failed(C.fnt_claims_add(w.at, claim, at, size), nil); err != nil {
			return err
		}
	}
	return nil
}

// Patterns are permissions and an audience, compiled. They never change.
type Patterns struct {
	handle[*C.fnt_patterns]
}

// NewPatterns compiles permissions, and an audience, which restricts nothing
// where it is empty. An empty pattern is [FaultArgument].
func NewPatterns(permissions, audience []string) (*Patterns, error) {
	claims, err := newWritten()
	if err != nil {
		return nil, err
	}
	defer C.fnt_claims_free(claims.at)
	if err := claims.add(C.FNT_CLAIM_PERMISSION, permissions...); err != nil {
		return nil, err
	}
	if err := claims.add(C.FNT_CLAIM_FUNCTION_AUDIENCE, audience...); err != nil {
		return nil, err
	}
	var made *C.fnt_patterns
	if err := failed(C.fnt_patterns_new(claims.at, &made, nil), nil); err != nil {
		return nil, err
	}
	patterns := new(Patterns)
	patterns.hold(made, func(at *C.fnt_patterns) { C.fnt_patterns_free(at) })
	return patterns, nil
}

// Permit tells whether a permission covers the resource, and an audience too,
// if there is any. Only nil is yes.
func (p *Patterns) Permit(resource string) error {
	at := p.native.enter()
	if at == nil {
		return ErrClosed
	}
	defer p.native.leave()
	name, size := textOf(resource)
	if C.fnt_patterns_permit(at, name, size, nil) == C.FNT_OK {
		return nil
	}
	report := newReport()
	defer C.fnt_report_free(report)
	return failed(C.fnt_patterns_permit(at, name, size, report), report)
}

// Close releases it.
func (p *Patterns) Close() { p.close() }

// Mint signs a Function Token that lives for ttl, 1 to 31536000 whole seconds.
// Of claims, Issuer, Subject and Permissions are required; Audience is the
// issuer where it is empty; FunctionAudience and FedIssuer may be given; jti,
// kid and the times come from elsewhere, and the rest is not looked at.
func Mint(key *Key, claims *Claims, ttl time.Duration, now time.Time) (string, error) {
	list, err := newWritten()
	if err != nil {
		return "", err
	}
	defer C.fnt_claims_free(list.at)
	for _, said := range []struct {
		claim C.int32_t
		texts []string
	}{
		{C.FNT_CLAIM_ISSUER, one(claims.Issuer)},
		{C.FNT_CLAIM_SUBJECT, one(claims.Subject)},
		{C.FNT_CLAIM_FED_ISSUER, one(claims.FedIssuer)},
		{C.FNT_CLAIM_AUDIENCE, claims.Audience},
		{C.FNT_CLAIM_PERMISSION, claims.Permissions},
		{C.FNT_CLAIM_FUNCTION_AUDIENCE, claims.FunctionAudience},
	} {
		if err := list.add(said.claim, said.texts...); err != nil {
			return "", err
		}
	}
	at := key.native.enter()
	if at == nil {
		return "", ErrClosed
	}
	defer key.native.leave()
	var text *C.char
	var size C.size_t
	report := newReport()
	defer C.fnt_report_free(report)
	status := C.fnt_mint(at, list.at, second(now), C.int64_t(ttl/time.Second), &text, &size, report)
	if err := failed(status, report); err != nil {
		return "", err
	}
	return takeString(text, size), nil
}

func one(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}

// Sign signs any claims, a JSON object, as they are. header is a JSON object of
// typ, kid and other members; nil: typ JWT, kid the key's id.
func Sign(key *Key, claims, header []byte) (string, error) {
	at := key.native.enter()
	if at == nil {
		return "", ErrClosed
	}
	defer key.native.leave()
	var text *C.char
	var size C.size_t
	report := newReport()
	defer C.fnt_report_free(report)
	head, headSize := dataOf(header)
	said, saidSize := dataOf(claims)
	if err := failed(C.fnt_sign(at, head, headSize, said, saidSize, &text, &size, report), report); err != nil {
		return "", err
	}
	return takeString(text, size), nil
}
