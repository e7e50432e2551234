// SPDX-License-Identifier: MIT

// Package limiter takes the place of the package of that name in
// github.com/openfaas/faas-middleware v1.2.6.
package limiter

import (
	"net/http"

	"fntoken/watchdog"
)

// Limiter tells whether another request would be answered with 429.
type Limiter interface {
	Met() bool
}

// ConcurrencyLimiter lets so many requests through at once.
type ConcurrencyLimiter = watchdog.Limiter

// NewConcurrencyLimiter limits handler; a limit of 0 or less is none.
func NewConcurrencyLimiter(handler http.Handler, concurrencyLimit int) *ConcurrencyLimiter {
	return watchdog.NewLimiter(handler, concurrencyLimit)
}
