package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"
)

// print writes value as JSON, or the rows as a table, the first of which has the names of
// the columns.
func (s *session) print(value any, rows ...[]string) error {
	if s.output == "json" {
		e := json.NewEncoder(s.stdout)
		e.SetIndent("", "  ")
		return e.Encode(value)
	}
	w := tabwriter.NewWriter(s.stdout, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		for i, cell := range row {
			row[i] = plain(cell)
		}
		_, _ = fmt.Fprintln(w, strings.Join(row, "\t"))
	}
	return w.Flush()
}

// note writes a hint to a person, beside the output.
func (s *session) note(format string, args ...any) {
	_, _ = fmt.Fprintf(s.stderr, format, args...)
}

// plain returns a text without control characters, which could change what a terminal shows.
func plain(text string) string {
	if text == "" {
		return "-"
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '?'
	}, text)
}

func at(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
