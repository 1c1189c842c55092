package main

import (
	"context"
	"math/rand/v2"
	"time"
)

// A target is what is killed.
type target string

const (
	oneWorker  target = "worker"
	allWorkers target = "all workers"
	theServer  target = "server"
)

// targets take turns.
var targets = []target{oneWorker, allWorkers, oneWorker, theServer}

// faults kills something again and again, spread over the duration, and ends when
// all is up again.
func (r *rig) faults(ctx context.Context) error {
	random := rand.New(rand.NewPCG(r.seed, 1))
	begin := time.Now()
	for i := range r.kills {
		// What is left of the time, for what is left to kill, and half of that more or less.
		left := max(0, r.duration-time.Since(begin)) / time.Duration(r.kills-i)
		if err := sleep(ctx, left/2+time.Duration(random.Int64N(int64(left)+1))); err != nil {
			return err
		}
		t := targets[i%len(targets)]
		r.book.note(func(b *book) { b.kills[t]++ })
		if err := r.strike(ctx, t, random); err != nil {
			return err
		}
	}
	return sleep(ctx, max(0, r.duration-time.Since(begin)))
}

func (r *rig) strike(ctx context.Context, t target, random *rand.Rand) error {
	down := time.Duration(random.Int64N(int64(2 * time.Second)))
	switch t {
	case allWorkers: // for longer than a vote waits for a worker, now and then
		r.crew.all(r.crew.kill)
		if err := sleep(ctx, 2*down); err != nil {
			return err
		}
		for i := range workers {
			if err := r.crew.start(i, true); err != nil {
				return err
			}
		}
		return nil
	case theServer:
		r.server.Kill()
		if err := sleep(ctx, down); err != nil {
			return err
		}
		return r.server.again(ctx)
	default:
		i := random.IntN(workers)
		r.crew.kill(i)
		return r.crew.start(i, true)
	}
}
