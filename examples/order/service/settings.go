package service

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/temporal-patterns/temporal-patterns/examples/order/orders"
)

// settings are what [FromEnv] reads: the name, what is taken when it is not set,
// and what it is.
var settings = []struct{ name, usual, what string }{
	{"ORDER_PARTNERS", "", "address of the services of others, as in http://partners:8090; it must be set"},
	{"ORDER_QUEUE", "orders", "task queue"},
	{"ORDER_LISTEN", "127.0.0.1:8080", "address of the API, the probes and /metrics; :8080 for probes from another host"},
	{"ORDER_STORE", "orders.db", "where idempotency records are: an SQLite file, or postgres://user@host/db with the password in PGPASSFILE"},
	{"ORDER_PACE", "48h", "how long people have to decide; other times are a part of it"},
	{"ORDER_DRAIN", "3s", "how long /readyz says no before requests are refused: longer than the balancer takes to see it"},
	{"ORDER_STOP_WITHIN", "20s", "how long activities may go on at the end; SIGKILL must come later than that and ORDER_DRAIN and 5s"},
}

// Help says what can be set.
func Help() string {
	var b strings.Builder
	for _, s := range settings {
		fmt.Fprintf(&b, "  %-18s %-15s %s\n", s.name, s.usual, s.what)
	}
	return b.String()
}

// FromEnv reads the settings by get, such as os.Getenv. What it cannot know from
// there is left empty.
func FromEnv(get func(string) string) (Config, error) {
	value := map[string]string{}
	for _, s := range settings {
		if value[s.name] = get(s.name); value[s.name] == "" {
			value[s.name] = s.usual
		}
	}
	var wrong []error
	span := func(name string, least time.Duration) time.Duration {
		d, err := time.ParseDuration(value[name])
		if err != nil || d < least {
			wrong = append(wrong, fmt.Errorf("%s is %q; set a duration of %s or more, such as \"20s\"", name, value[name], least))
		}
		return d
	}
	pace := span("ORDER_PACE", time.Second)
	c := Config{
		Queue: value["ORDER_QUEUE"], Listen: value["ORDER_LISTEN"], Partners: value["ORDER_PARTNERS"], Store: value["ORDER_STORE"],
		Drain: span("ORDER_DRAIN", 0), StopWithin: span("ORDER_STOP_WITHIN", 0),
		Terms: func(orders.Order) orders.Terms { return orders.TermsOf(pace) },
	}
	if u, err := url.Parse(c.Partners); err != nil || u.Host == "" {
		wrong = append(wrong, fmt.Errorf(`ORDER_PARTNERS is %q; set the address of the services, such as "http://partners:8090"`, c.Partners))
	}
	return c, errors.Join(wrong...)
}
