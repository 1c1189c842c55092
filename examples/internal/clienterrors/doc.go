// Package clienterrors holds no code, only tests: errors that real clients make,
// what the plugin does to them by default, which is nothing, and what it makes of
// them with retry.InterceptorOptions.Classify. The table is testdata/table.txt.
package clienterrors
