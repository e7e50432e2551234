// SPDX-License-Identifier: MIT

//go:build cgo

package fntoken

/*
#include "native.h"
#cgo nocallback fnt_iam_new_in
#cgo noescape fnt_iam_new_in
#cgo nocallback fnt_iam_lint
#cgo noescape fnt_iam_lint
#cgo nocallback fnt_iam_simulate
#cgo noescape fnt_iam_simulate
#cgo nocallback fnt_iam_digest
#cgo noescape fnt_iam_digest
#cgo nocallback fnt_iam_issuer
#cgo noescape fnt_iam_issuer
#cgo nocallback fnt_sts_new
#cgo noescape fnt_sts_new
#cgo nocallback fnt_sts_exchange
#cgo noescape fnt_sts_exchange
#cgo nocallback fnt_sts_set_keyset
#cgo noescape fnt_sts_set_keyset
*/
import "C"

import (
	"strings"
	"time"
)

// IAM is a set of JwtIssuer, Policy and Role objects (iam.openfaas.com/v1),
// compiled. It never changes.
type IAM struct {
	handle[*C.fnt_iam]
	report []byte
}

// ParseIAM compiles a JSON array of objects, at most 16 MiB, those of the given
// namespaces: "openfaas" where none is given, "*" for all. It is all or nothing:
// the error is [FaultIAM], with every mistake in its report.
func ParseIAM(objects []byte, namespaces ...string) (*IAM, error) {
	var made *C.fnt_iam
	report := newReport()
	defer C.fnt_report_free(report)
	at, size := dataOf(objects)
	names, namesSize := textOf(strings.Join(namespaces, " "))
	if err := failed(C.fnt_iam_new_in(at, size, names, namesSize, 0, &made, report), report); err != nil {
		return nil, err
	}
	iam := &IAM{report: takeReport(report)}
	iam.hold(made, func(at *C.fnt_iam) { C.fnt_iam_free(at) })
	return iam, nil
}

// Report is what was noted when the objects were read.
func (i *IAM) Report() []Entry { return entriesOf(i.report) }

// Digest names what the rules say: SHA-256 in hex, equal for equal rules; "" after Close.
func (i *IAM) Digest() string {
	at := i.native.enter()
	if at == nil {
		return ""
	}
	defer i.native.leave()
	var size C.size_t
	text := C.fnt_iam_digest(at, &size)
	return borrowed(text, size)
}

// Issuer is whose keys to fetch.
type Issuer struct {
	URL      string // spec.iss
	Internal string // spec.issInternal: where to fetch its keys instead; "" where it is absent
	Name     string // metadata.name
}

// Issuers are the JwtIssuers of the set.
func (i *IAM) Issuers() []Issuer {
	at := i.native.enter()
	if at == nil {
		return nil
	}
	defer i.native.leave()
	var all []Issuer
	for n := C.size_t(0); ; n++ {
		field := func(number C.int32_t) string {
			var size C.size_t
			text := C.fnt_iam_issuer(at, n, number, &size)
			return borrowed(text, size)
		}
		issuer := Issuer{field(C.FNT_ISSUER_URL), field(C.FNT_ISSUER_INTERNAL), field(C.FNT_ISSUER_NAME)}
		if issuer.URL == "" {
			return all
		}
		all = append(all, issuer)
	}
}

// Lint looks for what loads and yet is hardly meant. How many errors and
// warnings there are is in entry 0.
func (i *IAM) Lint() ([]Entry, error) {
	at := i.native.enter()
	if at == nil {
		return nil, ErrClosed
	}
	defer i.native.leave()
	report := newReport()
	defer C.fnt_report_free(report)
	if err := failed(C.fnt_iam_lint(at, report), nil); err != nil {
		return nil, err
	}
	return entriesOf(takeReport(report)), nil
}

// Simulation is the outcome of a dry run: of use to a person, never a yes to a request.
type Simulation struct {
	Allowed bool
	Report  []Entry // each role, statement, condition and pattern with its outcome, values of claims included
}

// Simulate is a dry run: may claims like these, a JSON object, call the
// resource? Nothing is verified.
func (i *IAM) Simulate(claims []byte, resource string) (Simulation, error) {
	return i.simulate(claims, &resource)
}

// SimulateAll is Simulate that lists all that they would get, allowed if that is anything.
func (i *IAM) SimulateAll(claims []byte) (Simulation, error) { return i.simulate(claims, nil) }

func (i *IAM) simulate(claims []byte, resource *string) (Simulation, error) {
	at := i.native.enter()
	if at == nil {
		return Simulation{}, ErrClosed
	}
	defer i.native.leave()
	report := newReport()
	defer C.fnt_report_free(report)
	said, saidSize := dataOf(claims)
	name, nameSize := optional(resource)
	status := C.fnt_iam_simulate(at, said, saidSize, name, nameSize, report)
	if status != C.FNT_WOULD_ALLOW && status != C.FNT_WOULD_DENY {
		return Simulation{}, failed(status, report)
	}
	return Simulation{status == C.FNT_WOULD_ALLOW, entriesOf(takeReport(report))}, nil
}

// Close releases it; services that it was given to keep it.
func (i *IAM) Close() { i.close() }

// LintRule is a rule that loading and linting know.
type LintRule struct {
	Name     string
	Kind     string // error or warning
	Sentence string // what it means
}

// LintRules are all of them.
func LintRules() []LintRule {
	var all []LintRule
	for n := C.size_t(0); ; n++ {
		field := func(number C.int32_t) string { return C.GoString(C.fnt_lint_rule(n, number, nil)) }
		rule := LintRule{field(C.FNT_FIELD_RULE), field(C.FNT_FIELD_KIND), field(C.FNT_FIELD_SENTENCE)}
		if rule.Name == "" {
			return all
		}
		all = append(all, rule)
	}
}

// TokenService is POST /oauth/token without the HTTP (RFC 8693): an identity
// provider's token goes in, a Function Token comes out.
type TokenService struct {
	handle[*C.fnt_sts]
}

// NewTokenService makes a service that issues tokens as issuer, signed with an
// ES256 key. It answers [FaultNotReady] until it has rules.
func NewTokenService(issuer string, key *Key, options ...Option) (*TokenService, error) {
	signer := key.native.enter()
	if signer == nil {
		return nil, ErrClosed
	}
	defer key.native.leave()
	var made *C.fnt_sts
	iss, size := textOf(issuer)
	if err := failed(C.fnt_sts_new(iss, size, signer, &made), nil); err != nil {
		return nil, err
	}
	err := apply(options, func(number C.int32_t, value C.int64_t) C.fnt_status { return C.fnt_sts_set(made, number, value) })
	if err != nil {
		C.fnt_sts_free(made)
		return nil, err
	}
	service := new(TokenService)
	service.hold(made, func(at *C.fnt_sts) { C.fnt_sts_free(at) })
	return service, nil
}

// SetKey replaces the key that signs. Its public half must have been published
// long enough before.
func (s *TokenService) SetKey(key *Key) error {
	return give(s, key.native, func(at *C.fnt_sts, key *C.fnt_key) C.fnt_status { return C.fnt_sts_set_key(at, key) })
}

// SetIAM replaces the rules, for exchanges that start later.
func (s *TokenService) SetIAM(iam *IAM) error {
	return give(s, iam.native, func(at *C.fnt_sts, iam *C.fnt_iam) C.fnt_status { return C.fnt_sts_set_iam(at, iam) })
}

// SetRevoked replaces the revocations. nil: nothing is revoked.
func (s *TokenService) SetRevoked(revoked *Revocations) error {
	var list *native[*C.fnt_revoked]
	if revoked != nil {
		list = revoked.native
	}
	return give(s, list, func(at *C.fnt_sts, list *C.fnt_revoked) C.fnt_status { return C.fnt_sts_set_revoked(at, list) })
}

// SetKeys replaces one issuer's keys. nil removes them.
func (s *TokenService) SetKeys(issuer string, keys *KeySet) error {
	var keyset *native[*C.fnt_keyset]
	if keys != nil {
		keyset = keys.native
	}
	return give(s, keyset, func(at *C.fnt_sts, keyset *C.fnt_keyset) C.fnt_status {
		iss, size := textOf(issuer)
		return C.fnt_sts_set_keyset(at, iss, size, keyset)
	})
}

func give[P comparable](s *TokenService, part *native[P], set func(*C.fnt_sts, P) C.fnt_status) error {
	var given, none P
	if part != nil {
		if given = part.enter(); given == none {
			return ErrClosed
		}
		defer part.leave()
	}
	at := s.native.enter()
	if at == nil {
		return ErrClosed
	}
	defer s.native.leave()
	return failed(set(at, given), nil)
}

// Answer is what the token endpoint answers: send Body with Status.HTTP,
// Content-Type: application/json and Cache-Control: no-store.
type Answer struct {
	Status Status  // OK, or an OAuth error
	Body   []byte  // JSON
	Report []Entry // who got what and by which role, or why not: for the operator alone
}

// Exchange is one token exchange, from the request's body
// (application/x-www-form-urlencoded) to the answer's. A refusal is an answer
// too; the error is a fault, such as [FaultNotReady].
func (s *TokenService) Exchange(form []byte, now time.Time) (*Answer, error) {
	at := s.native.enter()
	if at == nil {
		return nil, ErrClosed
	}
	defer s.native.leave()
	var body *C.char
	var size C.size_t
	report := newReport()
	defer C.fnt_report_free(report)
	text, textSize := dataOf(form)
	status := C.fnt_sts_exchange(at, text, textSize, second(now), &body, &size, report)
	if body == nil {
		return nil, failed(status, report)
	}
	return &Answer{Status(status), takeBytes(body, size), entriesOf(takeReport(report))}, nil
}

// Close releases it.
func (s *TokenService) Close() { s.close() }
