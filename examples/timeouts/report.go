package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/timeouts/lint"
)

// bad is how options often are: no error, no warning, and no retry.
var bad = workflow.ActivityOptions{
	StartToCloseTimeout:    10 * time.Minute,
	ScheduleToCloseTimeout: 10 * time.Minute,
	ScheduleToStartTimeout: time.Minute,
}

// findings says what is wrong with options.
func findings(o workflow.ActivityOptions) string {
	var b strings.Builder
	_, _ = fmt.Fprintf(&b, "\nAn activity with StartToClose %v, ScheduleToClose %v and ScheduleToStart %v.\nA server takes it without a word. lint.Check says:\n",
		o.StartToCloseTimeout, o.ScheduleToCloseTimeout, o.ScheduleToStartTimeout)
	for _, f := range lint.Check(o, lint.Options{}) {
		_, _ = fmt.Fprintf(&b, "   %s %s\n        %s\n", f.Code, f.Field, f.Message)
	}
	return b.String() + "\n"
}

// table shows what each step was given.
func table(steps []Step) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "\nstep\tgiven\tattempts\tresumed from\tworkers")
	for _, s := range steps {
		from := ""
		if s.From > 0 {
			from = fmt.Sprintf("frame %d", s.From)
		}
		_, _ = fmt.Fprintf(w, "%s\t%v\t%d\t%s\t%s\n", s.Name, s.Given.Round(time.Millisecond), len(s.Workers), from, strings.Join(s.Workers, ", "))
	}
	_ = w.Flush()
	return b.String() + "\n"
}

// verdict prints the checks, and fails when one does not hold.
func verdict(out io.Writer, all []check) error {
	violated := 0
	for _, c := range all {
		word := "ok"
		if !c.ok {
			word = "VIOLATED"
			violated++
		}
		_, _ = fmt.Fprintf(out, "%-9s %s: %s\n", word, c.promise, c.found)
	}
	if violated > 0 {
		return fmt.Errorf("%d of %d promises were broken; see the lines that begin with VIOLATED", violated, len(all))
	}
	return nil
}
