package main

import (
	"context"
	"io"
	"log/slog"
	"os"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/internal/devserver"
)

// patience is how long the site waits for the worker, which is in this program,
// before it queues a vote: a busy machine may be slow.
const patience = 30 * time.Second

// A program submits reports.
type program struct {
	client  client.Client
	server  *devserver.Server
	site    *site
	queue   string
	say     func(format string, args ...any)
	closing []func() // backwards
}

// open starts the worker and the site. After an error nothing is left of them.
func open(ctx context.Context, server *devserver.Server, queue string, out io.Writer) (*program, error) {
	p := &program{server: server, queue: queue, say: teller(out)}
	if err := p.start(ctx); err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

func (p *program) start(ctx context.Context) (err error) {
	dial := p.server.ClientOptions
	dial.Logger = log.NewStructuredLogger(slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})))
	if p.client, err = client.DialContext(ctx, dial); err != nil {
		return err
	}
	p.later(p.client.Close)
	ledger, err := os.MkdirTemp("", "expense-ledger-")
	if err != nil {
		return err
	}
	p.later(func() { _ = os.RemoveAll(ledger) })
	people, err := approvalclient.New(p.client, approvalclient.Options{UpdateTimeout: patience})
	if err != nil {
		return err
	}
	if p.site, err = newSite(ctx, people, dial.Namespace); err != nil {
		return err
	}
	p.later(p.site.stop)
	w, err := newWorker(p.client, p.queue, &Activities{Ledger: Ledger(ledger), Say: p.say})
	if err != nil {
		return err
	}
	if err := w.Start(); err != nil {
		return err
	}
	p.later(w.Stop)
	return nil
}

func (p *program) later(f func()) { p.closing = append(p.closing, f) }

func (p *program) close() {
	for i := range p.closing {
		p.closing[len(p.closing)-1-i]()
	}
}
