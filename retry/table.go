package retry

import (
	"fmt"
	"iter"
	"strings"
	"text/tabwriter"
	"time"
)

// rowsShown limits the table.
const rowsShown = 12

// String returns the schedule as a table for people: each attempt, the wait before it,
// the earliest start, if all attempts before it fail at once, and the latest, if each
// takes its StartToClose.
func (s Schedule) String() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	row := func(cells ...any) { _, _ = fmt.Fprintf(w, "%v\t%v\t%v\t%v\t\n", cells...) }
	row("attempt", "wait", "earliest", "latest")
	next, stop := iter.Pull(s.latest())
	defer stop()
	n := 0
	for earliest := range s.earliest() {
		n++
		if n > rowsShown {
			row("…", "", "", "")
			break
		}
		wait, latest := "", "never"
		if n > 1 {
			wait = short(s.Wait(n - 1))
		}
		if at, ok := next(); ok {
			latest = short(at)
		}
		if s.limits.StartToClose == 0 {
			latest = "?" // an attempt may take any time
		}
		row(n, wait, short(earliest), latest)
	}
	_ = w.Flush()
	var lines []string
	for line := range strings.Lines(b.String()) {
		lines = append(lines, strings.TrimRight(line, " \n"))
	}
	return strings.Join(append(lines, s.summary()), "\n") + "\n"
}

func (s Schedule) summary() string {
	least, most := s.MinAttempts(), s.MaxAttempts()
	attempts := fmt.Sprintf("%d to %d attempts", least, most)
	switch {
	case most == 0:
		attempts = "unlimited attempts"
	case least == most:
		attempts = fmt.Sprintf("%d attempts", most)
	}
	if worst, ok := s.Worst(); ok {
		return fmt.Sprintf("%s, over after %s at the latest", attempts, short(worst))
	}
	return attempts + ", no time limit"
}

// short formats d without trailing zero units: 1m instead of 1m0s.
func short(d time.Duration) string {
	text := d.Round(time.Millisecond).String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
