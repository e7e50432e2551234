// SPDX-License-Identifier: MIT

//go:build cgo

package fntoken

/*
#include "native.h"
#cgo nocallback fnt_token_authorize
#cgo noescape fnt_token_authorize
#cgo nocallback fnt_token_text
#cgo noescape fnt_token_text
#cgo nocallback go_token_claims
#cgo noescape go_token_claims
*/
import "C"

import "time"

// Claims are what a verified token says, as it was signed: [Escape] a text
// before it goes to a log, a header or a terminal.
type Claims struct {
	Issuer           string    // iss
	Subject          string    // sub
	Audience         []string  // aud
	Permissions      []string  // function.permissions
	FunctionAudience []string  // function.audience
	FedIssuer        string    // fed:iss, the identity provider behind the subject; "" where it is absent
	ID               string    // jti; "" where it is absent
	KeyID            string    // kid of the header; "" where it is absent
	Kind             string    // function, api or other
	Policy           []string  // policy, of an API token
	Expires          time.Time // exp, rounded down to a second
	NotBefore        time.Time // nbf, rounded up; zero where it is absent
	Issued           time.Time // iat, rounded up; zero where it is absent
}

func claimsOf(token *C.fnt_token) *Claims {
	var raw C.go_claims
	C.go_token_claims(token, &raw)
	text := func(i int) string { return borrowed(raw.text[i].at, raw.text[i].len) }
	moment := func(i int) time.Time {
		if raw.time[i] == C.GO_CLOCK {
			return time.Time{}
		}
		return time.Unix(int64(raw.time[i]), 0).UTC()
	}
	return &Claims{
		Issuer:           text(0),
		Subject:          text(1),
		FedIssuer:        text(2),
		ID:               text(3),
		KeyID:            text(4),
		Kind:             text(5),
		Audience:         list(token, C.FNT_CLAIM_AUDIENCE),
		Permissions:      list(token, C.FNT_CLAIM_PERMISSION),
		FunctionAudience: list(token, C.FNT_CLAIM_FUNCTION_AUDIENCE),
		Policy:           list(token, C.FNT_CLAIM_POLICY),
		Expires:          moment(0),
		NotBefore:        moment(1),
		Issued:           moment(2),
	}
}

func list(token *C.fnt_token, claim C.int32_t) []string {
	var all []string
	for i := C.size_t(0); ; i++ {
		var size C.size_t
		text := C.fnt_token_text(token, claim, i, &size)
		if text == nil {
			return all
		}
		all = append(all, borrowed(text, size))
	}
}

// Token is a verified token. It never changes.
type Token struct {
	handle[*C.fnt_token]
}

// Authorize is the second half of Verifier.Authorize. It looks at the time
// again, and not at keys or revocations: hold a token for a request, not for a
// day.
func (t *Token) Authorize(resource string, now time.Time) error {
	at := t.native.enter()
	if at == nil {
		return ErrClosed
	}
	defer t.native.leave()
	report := newReport()
	defer C.fnt_report_free(report)
	name, size := textOf(resource)
	return failed(C.fnt_token_authorize(at, name, size, second(now), report), report)
}

// Claims are what it says; nil after Close.
func (t *Token) Claims() *Claims {
	at := t.native.enter()
	if at == nil {
		return nil
	}
	defer t.native.leave()
	return claimsOf(at)
}

// JSON is all claims as they were signed; nil after Close.
func (t *Token) JSON() []byte {
	at := t.native.enter()
	if at == nil {
		return nil
	}
	defer t.native.leave()
	var size C.size_t
	text := C.fnt_token_text(at, C.FNT_CLAIM_JSON, 0, &size)
	return []byte(borrowed(text, size))
}

// Close releases it.
func (t *Token) Close() { t.close() }
