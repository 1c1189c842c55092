package main

import (
	"flag"
	"fmt"
	"io"
	"sync"
	"time"
)

type options struct {
	items int
	every int
}

const (
	fewestItems = 20
	mostItems   = 8000
)

func parse(args []string, out io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("signals", flag.ContinueOnError)
	flags.SetOutput(out)
	flags.IntVar(&o.items, "items", 2000, "how many items come in a burst; an eighth of it follows one by one")
	flags.IntVar(&o.every, "every", 500, "after how many items the order continues as new")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	switch {
	case flags.NArg() > 0:
		return o, fmt.Errorf("unexpected argument %q; see -help", flags.Arg(0))
	case o.items < fewestItems:
		return o, fmt.Errorf("-items is %d; give at least %d", o.items, fewestItems)
	case o.items > mostItems:
		return o, fmt.Errorf("-items is %d; give at most %d: with those that follow, an order knows 10,000 by their IDs", o.items, mostItems)
	case o.every < 1:
		return o, fmt.Errorf("-every is %d; give at least 1", o.every)
	case o.every > o.items:
		return o, fmt.Errorf("-every is %d; give at most %d, the -items, or the order never continues as new", o.every, o.items)
	}
	return o, nil
}

// teller prints one line a step with the time since the start.
func teller(out io.Writer) func(format string, args ...any) {
	var mu sync.Mutex
	start := time.Now()
	return func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		_, _ = fmt.Fprintf(out, "%6.1fs  %s\n", time.Since(start).Seconds(), fmt.Sprintf(format, args...))
	}
}
