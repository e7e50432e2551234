// SPDX-License-Identifier: MIT

package watchdog

import (
	"fmt"
	"net/http"
	"sync/atomic"
)

// Limiter lets so many requests through at once, and answers the others with
// 429. A nil one has no limit.
type Limiter struct {
	next    http.Handler
	most    int64
	running atomic.Int64
}

// NewLimiter limits next; a limit of 0 or less is none.
func NewLimiter(next http.Handler, most int) *Limiter { return &Limiter{next: next, most: int64(most)} }

// Met tells whether another request would be answered with 429.
func (l *Limiter) Met() bool { return l != nil && l.most > 0 && l.running.Load() >= l.most }

// Handler is the limited handler.
func (l *Limiter) Handler() http.Handler { return l }

// ServeHTTP passes a request on, or answers it with 429.
func (l *Limiter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer l.running.Add(-1)
	if l.running.Add(1) > l.most && l.most > 0 {
		w.Header().Set("Content-Type", "text/plain")
		w.Header().Set("X-OpenFaaS-Internal", "faas-middleware")
		w.WriteHeader(http.StatusTooManyRequests)
		fmt.Fprintf(w, "Concurrent request limit exceeded. Max concurrent requests: %d\n", l.most)
		return
	}
	l.next.ServeHTTP(w, r)
}
