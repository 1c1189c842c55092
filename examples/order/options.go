package main

import (
	"flag"
	"fmt"
	"io"
	"net"
)

type options struct {
	scenes   []scene
	api      string // of a worker that runs elsewhere; empty starts one
	partners string // where that worker finds them
}

// parse reads a flag for each scene; without any, all are played.
func parse(args []string, out io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("order", flag.ContinueOnError)
	flags.SetOutput(out)
	flags.StringVar(&o.api, "api", "", "play with the worker whose API is there, as in http://127.0.0.1:8080, instead of starting one")
	flags.StringVar(&o.partners, "partners", "127.0.0.1:8090", "with -api: where its ORDER_PARTNERS are to listen")
	all := scenes()
	picked := make([]*bool, len(all))
	for i, s := range all {
		picked[i] = flags.Bool(s.name, false, s.what)
	}
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	_, _, err := net.SplitHostPort(o.partners)
	switch {
	case flags.NArg() > 0:
		return o, fmt.Errorf("unexpected argument %q; see -help", flags.Arg(0))
	case err != nil:
		return o, fmt.Errorf("-partners is %q: %w; give a host and a port, such as 127.0.0.1:8090", o.partners, err)
	}
	for i, s := range all {
		if *picked[i] {
			o.scenes = append(o.scenes, s)
		}
	}
	if len(o.scenes) == 0 {
		o.scenes = all
	}
	return o, nil
}
