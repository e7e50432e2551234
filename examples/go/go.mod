// SPDX-License-Identifier: MIT
module examples

go 1.24

require fntoken v0.0.0

replace fntoken => ../../bindings/go
