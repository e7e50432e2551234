// SPDX-License-Identifier: MIT
module fntoken

go 1.24
