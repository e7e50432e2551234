// SPDX-License-Identifier: MIT

//go:build cgo && fntoken_static

package fntoken

// #cgo pkg-config: --static fntoken
import "C"
