// Package realserver holds no code, only tests: what the library promises about
// workers that are killed and messages that are broken, shown on a real
// Temporal server with workers that are processes of their own.
package realserver
