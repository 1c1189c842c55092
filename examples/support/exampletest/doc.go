// Package exampletest is what the tests of the examples have in common: a server
// of their own, a screen to read from while a program writes, and whether
// examples/README.md shows what the program prints.
package exampletest
