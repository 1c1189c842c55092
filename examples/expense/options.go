package main

import (
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"sync"
	"time"
)

type options struct {
	auto     bool
	amount   int
	deadline time.Duration
}

func parse(args []string, out io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("expense", flag.ContinueOnError)
	flags.SetOutput(out)
	flags.BoolVar(&o.auto, "auto", false, "play some reports and all people, so that the program ends by itself")
	flags.IntVar(&o.amount, "amount", 420, "amount of the report in euros: below 100 nobody must approve, from 1000 on three must")
	flags.DurationVar(&o.deadline, "deadline", 10*time.Minute, "how long each stage has to decide")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	switch {
	case flags.NArg() > 0:
		return o, fmt.Errorf("unexpected argument %q; see -help", flags.Arg(0))
	case o.auto && flags.NFlag() > 1:
		return o, errors.New("-auto plays reports of its own; leave the other flags out")
	case o.amount <= 0:
		return o, fmt.Errorf("-amount is %d; give a positive number of euros", o.amount)
	case o.deadline < 3*time.Second: // others are asked after a third of it
		return o, fmt.Errorf("-deadline is %s; give three seconds or more, such as 10m", o.deadline)
	}
	return o, nil
}

// newReport is a report of eve.
func newReport(euros int) Report {
	return Report{ID: rand.Text()[:8], Employee: "eve", Purpose: " train to the customer ", Euros: euros}
}

// teller prints one line a step with the time since the start. It is safe for
// concurrent use: workers, the API and main tell their steps.
func teller(out io.Writer) func(format string, args ...any) {
	var mu sync.Mutex
	start := time.Now()
	return func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		_, _ = fmt.Fprintf(out, "%6.1fs  %s\n", time.Since(start).Seconds(), fmt.Sprintf(format, args...))
	}
}
