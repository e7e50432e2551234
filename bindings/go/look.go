// SPDX-License-Identifier: MIT

//go:build cgo

package fntoken

/*
#include "native.h"
#cgo nocallback fnt_bearer_token
#cgo noescape fnt_bearer_token
#cgo nocallback fnt_unverified_json
#cgo noescape fnt_unverified_json
#cgo nocallback fnt_signature_only
#cgo noescape fnt_signature_only
#cgo nocallback fnt_escape
#cgo noescape fnt_escape
#cgo nocallback fnt_resource_from_path
#cgo noescape fnt_resource_from_path
#cgo nocallback fnt_pattern_match
#cgo noescape fnt_pattern_match
*/
import "C"

import (
	"strings"
	"unsafe"
)

// Version is that of the library that is running, "0.1.0".
func Version() string { return C.GoString(C.fnt_version()) }

// Capabilities is what the library can do: first its crypto library, then its algorithms.
func Capabilities() []string { return strings.Fields(C.GoString(C.fnt_capabilities())) }

// Form is what a text is escaped for.
type Form int32

const (
	Plain  Form = C.FNT_ESCAPE_PLAIN  // people and logs
	JSON   Form = C.FNT_ESCAPE_JSON   // the inside of a JSON string
	Header Form = C.FNT_ESCAPE_HEADER // a header's value
)

// Escape is text out of a token as it may be shown: control, bidirectional and
// invisible characters and what is no UTF-8 are spelt out. It is "" for an
// unknown form.
func Escape(text string, form Form) string {
	buf := make([]byte, 8*len(text)+1)
	at, size := textOf(text)
	var written C.size_t
	if C.fnt_escape(at, size, C.int32_t(form), (*C.char)(unsafe.Pointer(&buf[0])), C.size_t(len(buf)), &written) != C.FNT_OK {
		return ""
	}
	return string(buf[:written])
}

// BearerToken finds the token in the values of an Authorization header (RFC
// 6750, 2.1). Nothing is known about it yet.
func BearerToken(authorization []string) (string, error) {
	var at *C.char
	var size C.size_t
	text, textSize := header(authorization)
	if err := failed(C.fnt_bearer_token(text, textSize, &at, &size), nil); err != nil {
		return "", err
	}
	return borrowed(at, size), nil
}

// Unverified is what a token says, whoever wrote it, as JSON:
// {"header":{},"claims":{},"verified":false}.
func Unverified(token string) ([]byte, error) {
	var text *C.char
	var size C.size_t
	report := newReport()
	defer C.fnt_report_free(report)
	at, atSize := textOf(token)
	if err := failed(C.fnt_unverified_json(at, atSize, &text, &size, report), report); err != nil {
		return nil, err
	}
	return takeBytes(text, size), nil
}

// SignatureOnly is the payload of a compact JWS whose signature is right (RFC
// 7515, 5.2). No claim and no time was looked at.
func SignatureOnly(keys *KeySet, token string) ([]byte, error) {
	keyset, err := use(keys)
	if err != nil {
		return nil, err
	}
	defer keyset.leave()
	var text *C.char
	var size C.size_t
	report := newReport()
	defer C.fnt_report_free(report)
	at, atSize := textOf(token)
	if err := failed(C.fnt_signature_only(keyset.at(), at, atSize, &text, &size, report), report); err != nil {
		return nil, err
	}
	return takeBytes(text, size), nil
}

// Match tells whether a pattern, in which * stands for any run of bytes, covers
// the whole resource. The error is [DeniedResource] where that is not
// NAMESPACE:NAME.
func Match(pattern, resource string) (bool, error) {
	at, size := textOf(pattern)
	name, nameSize := textOf(resource)
	status := C.fnt_pattern_match(at, size, name, nameSize)
	if status == C.FNT_DENIED_PERMISSION {
		return false, nil
	}
	return status == C.FNT_OK, failed(status, nil)
}

// ResourceFromPath is the resource that a request path names, as it stands in
// the request line, query included: "/function/env.dev/x?y" is "dev:env". A
// path without a namespace is in openfaas-fn. The error is [DeniedPath] where
// two parsers could read it differently.
func ResourceFromPath(path string) (string, error) { return resourceFromPath(path, nil) }

// ResourceInNamespace is ResourceFromPath with another default namespace; an
// empty one is [FaultArgument].
func ResourceInNamespace(path, namespace string) (string, error) {
	return resourceFromPath(path, &namespace)
}

func resourceFromPath(path string, namespace *string) (string, error) {
	var buf [C.FNT_RESOURCE_MAX]byte
	var written C.size_t
	report := newReport()
	defer C.fnt_report_free(report)
	at, size := textOf(path)
	ns, nsSize := optional(namespace)
	status := C.fnt_resource_from_path(at, size, ns, nsSize, (*C.char)(unsafe.Pointer(&buf[0])), C.size_t(len(buf)), &written, report)
	if err := failed(status, report); err != nil {
		return "", err
	}
	return string(buf[:written]), nil
}
