// SPDX-License-Identifier: MIT

//go:build cgo

package fntoken

/*
#include "native.h"
#cgo nocallback fnt_report_new
#cgo noescape fnt_report_new
#cgo nocallback fnt_report_json
#cgo noescape fnt_report_json
#cgo nocallback fnt_report_free
#cgo noescape fnt_report_free
*/
import "C"

import (
	"encoding/json"
	"errors"
	"unsafe"
)

// Error is what the library answered instead of yes.
type Error struct {
	// Status is the answer. It may be one that this version of the package has no name for.
	Status Status

	report []byte
	said   string
}

// ErrClosed is answered by an object that was closed.
var ErrClosed error = &Error{Status: FaultArgument, said: "the object was closed: use it before Close"}

// Error is "NAME: SENTENCE", the sentence the report's. It is for the operator.
// What may be shown to the caller is Status.Sentence.
func (e *Error) Error() string {
	if e.said != "" {
		return e.Status.Name() + ": " + e.said
	}
	if report := e.Report(); len(report) > 0 && report[0].Sentence != "" {
		return e.Status.Name() + ": " + report[0].Sentence
	}
	return e.Status.Error()
}

// HTTP is the HTTP status to answer with: 400, 401, 403, 500 or 503.
func (e *Error) HTTP() int { return e.Status.HTTP() }

// Report says why, entry 0 first; empty where no report was kept. It is for the
// operator alone.
func (e *Error) Report() []Entry { return entriesOf(e.report) }

// Is tells whether target is the status or its kind.
func (e *Error) Is(target error) bool { return e.Status.Is(target) }

// Unwrap is the status.
func (e *Error) Unwrap() error { return e.Status }

// StatusOf is the status of an error: that of an [*Error] or [Status] in its
// tree, OK for nil, and FaultArgument for another error.
func StatusOf(err error) Status {
	if err == nil {
		return OK
	}
	var status Status
	if errors.As(err, &status) {
		return status
	}
	return FaultArgument
}

// Entry is one entry of a report: entry 0 sums up. A field that makes no sense
// in an entry is empty. Texts out of a token are escaped.
type Entry struct {
	Sentence string `json:"sentence"`           // what to tell a person
	Kind     string `json:"kind"`               // summary, error, warning, note, subject, role, statement, pattern, condition, key or grant
	Outcome  string `json:"outcome,omitempty"`  // matched, failed, missing, wrong-type, skipped or decided
	Status   string `json:"status,omitempty"`   // a status name
	Rule     string `json:"rule,omitempty"`     // the name of lint's rule
	Path     string `json:"path,omitempty"`     // JSON pointer into the given text
	Issuer   string `json:"issuer,omitempty"`   // iss
	Subject  string `json:"subject,omitempty"`  // sub
	KeyID    string `json:"kid,omitempty"`      // the id of the key that verified, before that the header's kid
	Role     string `json:"role,omitempty"`     // metadata.name of a Role
	Policy   string `json:"policy,omitempty"`   // metadata.name of a Policy
	SID      string `json:"sid,omitempty"`      // of a Policy's statement
	Resource string `json:"resource,omitempty"` // what was to be called
	Pattern  string `json:"pattern,omitempty"`  // the permission or audience that was looked at
	Claim    string `json:"claim,omitempty"`    // a claim's name, or the pointer to it
	Operator string `json:"operator,omitempty"` // of a condition
	Expected string `json:"expected,omitempty"` // what the condition or setting asks for
	Actual   string `json:"actual,omitempty"`   // what was found
	TokenID  string `json:"jti,omitempty"`      // of the token that was judged, or issued
	Errors   int    `json:"errors,omitempty,string"`
	Warnings int    `json:"warnings,omitempty,string"`
}

func entriesOf(report []byte) []Entry {
	var entries []Entry
	if len(report) == 0 || json.Unmarshal(report, &entries) != nil {
		return nil
	}
	return entries
}

// A shortage of memory leaves no report and changes no answer.
func newReport() *C.fnt_report {
	var report *C.fnt_report
	if C.fnt_report_new(&report) != C.FNT_OK {
		return nil
	}
	return report
}

func takeReport(report *C.fnt_report) []byte {
	var text *C.char
	var size C.size_t
	if report == nil || C.fnt_report_json(report, &text, &size) != C.FNT_OK {
		return nil
	}
	return takeBytes(text, size)
}

// failed is the error of a status, nil for yes. Its report is copied, and stays the caller's.
func failed(status C.fnt_status, report *C.fnt_report) error {
	if status == C.FNT_OK {
		return nil
	}
	return &Error{Status: Status(status), report: takeReport(report)}
}

// takeBytes copies what the library gave out, and releases it.
func takeBytes(text *C.char, size C.size_t) []byte {
	taken := append(make([]byte, 0, int(size)), unsafe.Slice((*byte)(unsafe.Pointer(text)), int(size))...)
	C.fnt_free(text)
	return taken
}

func takeString(text *C.char, size C.size_t) string {
	taken := borrowed(text, size)
	C.fnt_free(text)
	return taken
}

// borrowed copies what is the library's.
func borrowed(text *C.char, size C.size_t) string {
	return string(unsafe.Slice((*byte)(unsafe.Pointer(text)), int(size)))
}

var nothing byte

// textOf is a text that is there: of an empty one too the pointer is not NULL.
func textOf(text string) (*C.char, C.size_t) {
	if text == "" {
		return (*C.char)(unsafe.Pointer(&nothing)), 0
	}
	return (*C.char)(unsafe.Pointer(unsafe.StringData(text))), C.size_t(len(text))
}

// dataOf is a document; nil is absent.
func dataOf(data []byte) (*C.char, C.size_t) {
	if data != nil && len(data) == 0 {
		return (*C.char)(unsafe.Pointer(&nothing)), 0
	}
	return (*C.char)(unsafe.Pointer(unsafe.SliceData(data))), C.size_t(len(data))
}

// optional is a text, or absent.
func optional(text *string) (*C.char, C.size_t) {
	if text == nil {
		return nil, 0
	}
	return textOf(*text)
}
