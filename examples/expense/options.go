package main

import (
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

type options struct {
	auto      bool
	amount    int
	deadline  time.Duration
	approvers int
}

func parse(args []string, out io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("expense", flag.ContinueOnError)
	flags.SetOutput(out)
	flags.BoolVar(&o.auto, "auto", false, "play the approvers, so that the program ends by itself")
	flags.IntVar(&o.amount, "amount", 420, "amount of the report in euros")
	flags.DurationVar(&o.deadline, "deadline", 10*time.Minute, "how long finance has to decide")
	flags.IntVar(&o.approvers, "approvers", 2, "how many members of finance must approve")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	switch {
	case flags.NArg() > 0:
		return o, fmt.Errorf("unexpected argument %q; see -help", flags.Arg(0))
	case o.amount <= 0:
		return o, fmt.Errorf("-amount is %d; give a positive number of euros", o.amount)
	case o.deadline <= 0:
		return o, fmt.Errorf("-deadline is %s; give a positive duration such as 10m", o.deadline)
	case o.approvers < 1:
		return o, fmt.Errorf("-approvers is %d; give at least 1", o.approvers)
	case o.auto && o.approvers > len(approvers()):
		return o, errors.New("-approvers asks for more than can be played; finance has " + strings.Join(approvers(), ", "))
	}
	return o, nil
}

func (o options) report() Report {
	return Report{ID: rand.Text()[:8], Employee: "eve", Purpose: " train to the customer ", Euros: o.amount}
}

func (o options) policy() policy.Policy {
	return policy.Quorum(o.approvers, "finance").Within(o.deadline)
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
