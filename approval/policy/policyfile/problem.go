package policyfile

import (
	"errors"
	"fmt"
	"strings"
)

// maxProblems limits how many problems Parse reports.
const maxProblems = 50

// A Problem says what is wrong with a file, where, and what to do.
type Problem struct {
	Line   int    `json:"line"`   // from 1
	Column int    `json:"column"` // from 1, in bytes
	Field  string `json:"field"`  // such as "stages[0].rules[1].need"; empty means the file
	Text   string `json:"text"`
	Advice string `json:"advice"`
}

// String returns the problem in a line of text.
func (p Problem) String() string {
	field := ""
	if p.Field != "" {
		field = p.Field + ": "
	}
	return fmt.Sprintf("line %d, column %d: %s%s; %s", p.Line, p.Column, field, p.Text, p.Advice)
}

// Problems lists all that was found, in the order of the file.
type Problems []Problem

// Error returns a line for each problem.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = "policyfile: " + p.String()
	}
	return strings.Join(lines, "\n")
}

// AsProblems returns the problems that an error of this package has.
func AsProblems(err error) (Problems, bool) {
	var ps Problems
	ok := errors.As(err, &ps)
	return ps, ok
}
