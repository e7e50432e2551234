// SPDX-License-Identifier: MIT

//go:build cgo

package fntoken

// #include "native.h"
import "C"

// Status is an answer of the library, by its number: 0 is yes, 1 to 99 a fault
// of the program or the machine, 100 to 199 refused (HTTP 401), 200 to 299
// denied (HTTP 403), 300 to 399 an error of the token endpoint (HTTP 400).
// Newer versions of the library may add some in the same ranges.
//
// A Status is an error too, as the target of [errors.Is].
type Status int32

const (
	OK               Status = C.FNT_OK
	FaultArgument    Status = C.FNT_FAULT_ARGUMENT    // empty or out of range where it must not be
	FaultMemory      Status = C.FNT_FAULT_MEMORY      // an allocation failed
	FaultState       Status = C.FNT_FAULT_STATE       // a setting was changed after first use
	FaultUnsupported Status = C.FNT_FAULT_UNSUPPORTED // not in this build or this version
	FaultRandom      Status = C.FNT_FAULT_RANDOM      // the source of random bytes failed
	FaultCrypto      Status = C.FNT_FAULT_CRYPTO      // the crypto library failed
	FaultKey         Status = C.FNT_FAULT_KEY         // key text is malformed, weak, or holds nothing usable
	FaultIAM         Status = C.FNT_FAULT_IAM         // an IAM object or a list of revocations is malformed
	FaultPattern     Status = C.FNT_FAULT_PATTERN     // a claim or pattern given by the program is malformed
	FaultSpace       Status = C.FNT_FAULT_SPACE       // a buffer is too small
	FaultNotReady    Status = C.FNT_FAULT_NOT_READY   // no keys yet, or no rules yet: HTTP 503
	FaultNotCached   Status = C.FNT_FAULT_NOT_CACHED  // the cache does not know
	FaultTooSoon     Status = C.FNT_FAULT_TOO_SOON    // keys are not to be fetched now
	WouldAllow       Status = C.FNT_WOULD_ALLOW       // a dry run's yes, never a yes to a request
	WouldDeny        Status = C.FNT_WOULD_DENY        // a dry run's no

	RefusedNoToken    Status = C.FNT_REFUSED_NO_TOKEN    // no header at all
	RefusedHeader     Status = C.FNT_REFUSED_HEADER      // not "Bearer", or not exactly one token
	RefusedSize       Status = C.FNT_REFUSED_SIZE        // too long
	RefusedMalformed  Status = C.FNT_REFUSED_MALFORMED   // not a strict compact JWS
	RefusedAlgorithm  Status = C.FNT_REFUSED_ALGORITHM   // alg is not allowed
	RefusedCritical   Status = C.FNT_REFUSED_CRITICAL    // crit, b64 or zip
	RefusedType       Status = C.FNT_REFUSED_TYPE        // typ says that it was made for something else
	RefusedKeyUnknown Status = C.FNT_REFUSED_KEY_UNKNOWN // no key for this kid: refresh, ask again
	RefusedSignature  Status = C.FNT_REFUSED_SIGNATURE   // the signature is not right
	RefusedIssuer     Status = C.FNT_REFUSED_ISSUER      // iss is another one
	RefusedAudience   Status = C.FNT_REFUSED_AUDIENCE    // aud: made for someone else
	RefusedExpired    Status = C.FNT_REFUSED_EXPIRED     // exp is past
	RefusedNotYet     Status = C.FNT_REFUSED_NOT_YET     // nbf or iat lies in the future
	RefusedAge        Status = C.FNT_REFUSED_AGE         // older or longer-lived than the settings allow
	RefusedClaim      Status = C.FNT_REFUSED_CLAIM       // a claim is missing, or of the wrong type
	RefusedAPIToken   Status = C.FNT_REFUSED_API_TOKEN   // an OpenFaaS API token, not a Function Token
	RefusedOtherToken Status = C.FNT_REFUSED_OTHER_TOKEN // an ID token or access token
	RefusedRevoked    Status = C.FNT_REFUSED_REVOKED     // withdrawn before its time
	RefusedBinding    Status = C.FNT_REFUSED_BINDING     // cnf: it is bound to a key that was not shown

	DeniedPermission Status = C.FNT_DENIED_PERMISSION // no permission covers the resource
	DeniedAudience   Status = C.FNT_DENIED_AUDIENCE   // function.audience is narrower
	DeniedResource   Status = C.FNT_DENIED_RESOURCE   // the resource is not NAMESPACE:NAME
	DeniedPath       Status = C.FNT_DENIED_PATH       // the path names no function without doubt

	OAuthRequest    Status = C.FNT_OAUTH_REQUEST     // invalid_request: the form is malformed
	OAuthGrantType  Status = C.FNT_OAUTH_GRANT_TYPE  // unsupported_grant_type
	OAuthScope      Status = C.FNT_OAUTH_SCOPE       // invalid_scope
	OAuthSubject    Status = C.FNT_OAUTH_SUBJECT     // the subject token is refused
	OAuthSubjectKey Status = C.FNT_OAUTH_SUBJECT_KEY // the same, its key is not known: refresh, ask again
	OAuthNoRole     Status = C.FNT_OAUTH_NO_ROLE     // no role matches or may invoke
	OAuthTarget     Status = C.FNT_OAUTH_TARGET      // an audience outside the permissions
)

// Name is one stable word, for logs, metrics and scripts: "expired".
func (s Status) Name() string { return C.GoString(C.fnt_status_name(C.fnt_status(s))) }

// Sentence is one English sentence for a person, without details. It may be
// shown to the caller, as it gives nothing away.
func (s Status) Sentence() string { return C.GoString(C.fnt_status_sentence(C.fnt_status(s))) }

// HTTP is the HTTP status to answer with: 200, 400, 401, 403, 500 or 503.
func (s Status) HTTP() int { return int(C.fnt_status_http(C.fnt_status(s))) }

// OAuth is the error code of RFC 6750, 3.1, or of RFC 6749, 5.2 and RFC 8693,
// 2.2.2; "" where none belongs.
func (s Status) OAuth() string { return C.GoString(C.fnt_status_oauth(C.fnt_status(s))) }

// Challenge is the value of WWW-Authenticate (RFC 6750, 3) to send with it; ""
// where HTTP is not 401.
func (s Status) Challenge() string { return C.GoString(C.fnt_status_challenge(C.fnt_status(s))) }

// Error is the name and the sentence.
func (s Status) Error() string { return s.Name() + ": " + s.Sentence() }

// Is tells whether target is this status or its kind: [ErrFault], [ErrRefused],
// [ErrDenied] or [ErrOAuth].
func (s Status) Is(target error) bool {
	switch t := target.(type) {
	case Status:
		return s == t
	case kind:
		return s.kind() == t
	}
	return false
}

type kind string

func (k kind) Error() string { return string(k) }

// The kinds of statuses, for [errors.Is].
const (
	ErrFault   kind = "fault: the program, its input files or the machine"
	ErrRefused kind = "refused: who is asking is not established"
	ErrDenied  kind = "denied: who is asking is known, and may not"
	ErrOAuth   kind = "oauth: the token endpoint's error"
)

// What is in no known range is a fault.
func (s Status) kind() kind {
	switch {
	case s >= 100 && s < 200:
		return ErrRefused
	case s >= 200 && s < 300:
		return ErrDenied
	case s >= 300 && s < 400:
		return ErrOAuth
	}
	return ErrFault
}
