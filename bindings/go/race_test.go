// SPDX-License-Identifier: MIT

//go:build race

package fntoken_test

func init() { raceDetector = true }
