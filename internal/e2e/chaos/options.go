package main

import (
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"time"
)

type options struct {
	orders, kills      int
	duration, patience time.Duration
	seed               uint64
	postgres           string // address; empty selects the server of the CLI with SQLite
	without            protection
}

func parse(args []string, out io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("chaos", flag.ContinueOnError)
	flags.SetOutput(out)
	flags.IntVar(&o.orders, "orders", 200, "number of orders")
	flags.IntVar(&o.kills, "kills", 30, "number of kills: of one worker, all workers, or the server")
	flags.DurationVar(&o.duration, "duration", 0, "time over which orders and kills are spread; 0 means 2 seconds for each kill")
	flags.DurationVar(&o.patience, "patience", 2*time.Minute,
		"time without the end of an order after which the remaining orders count as stuck")
	flags.Uint64Var(&o.seed, "seed", 0, "seed of the random choices; 0 draws one, which is printed")
	flags.StringVar(&o.postgres, "postgres", "", "run the full server with its data, and the idempotency records, in this PostgreSQL: "+
		"postgres://user@host:port/db")
	without := flags.String("break", "", "leave out one protection, to see what fails without it: "+names())
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	o.without = protection(*without)
	switch {
	case flags.NArg() > 0:
		return o, fmt.Errorf("unexpected argument %q; see -help", flags.Arg(0))
	case o.orders <= 0 || o.kills < 0 || o.duration < 0 || o.patience <= 0:
		return o, fmt.Errorf("-orders %d, -kills %d, -duration %s, -patience %s: give 1 or more orders, some patience, and nothing below 0",
			o.orders, o.kills, o.duration, o.patience)
	case o.without != nothing && holds[o.without] == "":
		return o, fmt.Errorf("-break is %q; give one of %s", *without, names())
	}
	if o.duration == 0 {
		o.duration = max(10*time.Second, 2*time.Second*time.Duration(o.kills))
	}
	for o.seed == 0 {
		o.seed = rand.Uint64()
	}
	return o, nil
}
