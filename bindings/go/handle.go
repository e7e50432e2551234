// SPDX-License-Identifier: MIT

//go:build cgo

package fntoken

import (
	"runtime"
	"sync/atomic"
)

// closed is a bit far above any number of calls.
const closed = 1 << 62

// native is an object of C, and how many calls are under way with it. The last
// to leave after Close releases it.
type native[P comparable] struct {
	at       P // a pointer
	free     func(P)
	users    atomic.Int64
	released atomic.Bool
}

// enter is nil for an object that was closed or was never made.
func (n *native[P]) enter() (at P) {
	if n == nil {
		return at
	}
	if n.users.Add(1) >= closed {
		n.leave()
		return at
	}
	return n.at
}

func (n *native[P]) leave() {
	if n.users.Add(-1) == closed {
		n.release()
	}
}

// release is reached more than once where a call comes after Close.
func (n *native[P]) release() {
	if n.released.CompareAndSwap(false, true) {
		n.free(n.at)
	}
}

// end tells whether this was the first time.
func (n *native[P]) end() bool {
	for {
		users := n.users.Load()
		if users >= closed {
			return false
		}
		if n.users.CompareAndSwap(users, users|closed) {
			if users == 0 {
				n.release()
			}
			return true
		}
	}
}

// handle is what an object of this package holds.
type handle[P comparable] struct {
	native  *native[P]
	cleanup runtime.Cleanup
}

var leaked atomic.Int64

// Leaked is how many objects were dropped without Close and released by the
// garbage collector, since the program started.
func Leaked() int64 { return leaked.Load() }

// hold takes what the library gave out.
func (h *handle[P]) hold(at P, free func(P)) {
	h.native = &native[P]{at: at, free: free}
	h.cleanup = runtime.AddCleanup(h, func(n *native[P]) {
		if n.end() {
			leaked.Add(1)
		}
	}, h.native)
}

func (h *handle[P]) close() {
	if h.native != nil && h.native.end() {
		h.cleanup.Stop()
	}
}

// used is an object while it is given to another, or none.
type used[P comparable] struct {
	native *native[P]
}

func (u used[P]) enter() bool {
	var none P
	return u.native.enter() != none
}

func (u used[P]) at() (at P) {
	if u.native != nil {
		at = u.native.at
	}
	return at
}

func (u used[P]) leave() {
	if u.native != nil {
		u.native.leave()
	}
}
