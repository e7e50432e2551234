// SPDX-License-Identifier: MIT

//go:build !cgo

package fntoken

// The compiler shows the text.
const _ int = "package fntoken is a binding of the C library libfntoken and needs cgo: set CGO_ENABLED=1, have a C compiler, pkg-config and libfntoken (docs/go.md)"
