// SPDX-License-Identifier: MIT

//go:build cgo

package fntoken

/*
#include "native.h"
#cgo nocallback fnt_discovery
#cgo noescape fnt_discovery
#cgo nocallback fnt_refresh
#cgo noescape fnt_refresh
*/
import "C"

import "time"

// Discovery is what a discovery document says: whose it is, and where the keys are.
type Discovery struct {
	JWKSURI string
	Issuer  string
}

// Asked is what was asked for a discovery document.
type Asked struct {
	// Address is the URL where it was fetched. nil: one fixed place is asked whatever the document
	// says, and the path of JWKSURI taken there.
	Address *string
	// Issuer is whose it must be. nil: the document's own counts.
	Issuer *string
	// AllowHTTP lets keys come by http from the host and port of Address.
	AllowHTTP bool
}

// ReadDiscovery reads a discovery document (OpenID Connect Discovery 1.0, 3),
// rule 39 of docs/rules.md. It fetches nothing. The error is [FaultKey] where
// the document is not to be followed.
func ReadDiscovery(document []byte, asked Asked) (*Discovery, error) {
	var uri, found *C.char
	var uriSize, foundSize C.size_t
	var flags C.int32_t
	if asked.AllowHTTP {
		flags = C.FNT_DISCOVERY_HTTP
	}
	report := newReport()
	defer C.fnt_report_free(report)
	text, size := dataOf(document)
	address, addressSize := optional(asked.Address)
	issuer, issuerSize := optional(asked.Issuer)
	status := C.fnt_discovery(text, size, address, addressSize, issuer, issuerSize, flags, &uri, &uriSize, &found, &foundSize, report)
	if err := failed(status, report); err != nil {
		return nil, err
	}
	return &Discovery{takeString(uri, uriSize), takeString(found, foundSize)}, nil
}

// Event is what happened to an issuer's keys.
type Event int32

const (
	Tick    Event = C.FNT_REFRESH_TICK    // nothing: a timer, every few seconds
	Unknown Event = C.FNT_REFRESH_UNKNOWN // a RefusedKeyUnknown or OAuthSubjectKey
	Done    Event = C.FNT_REFRESH_DONE    // keys were fetched and set
	Failed  Event = C.FNT_REFRESH_FAILED  // they could not be fetched, or were of no use
)

// Refresh decides when to fetch one issuer's keys (rule 40 of docs/rules.md):
// one fetch at a time; every so often; at once for an unknown key, seldom enough
// that no stranger profits; after a failure in 1, 2, 4 ... 60 s. It fetches
// nothing, and is for one goroutine at a time.
type Refresh struct {
	Every  time.Duration // from one fetch to the next; whole seconds, 1 s to 24 h
	MaxAge time.Duration // for how long keys may be used that can't be fetched; Every to 31536000 s

	state [8]C.int64_t
}

// Tell is OK: fetch now, and tell how it ended; [FaultTooSoon]: not now;
// [FaultNotReady]: not now, and the keys are too old to be used.
func (r *Refresh) Tell(event Event, now time.Time) Status {
	return Status(C.fnt_refresh(&r.state[0], C.int32_t(event), C.int64_t(r.Every/time.Second), C.int64_t(r.MaxAge/time.Second), second(now)))
}
