package main

import (
	"context"
	"math/rand/v2"
	"time"
)

// A target says what to kill.
type target string

const (
	oneWorker  target = "worker"
	allWorkers target = "all workers"
	theServer  target = "server"
)

// targets holds the targets of kills, in turn.
var targets = []target{oneWorker, allWorkers, oneWorker, theServer}

// killRepeatedly kills targets, spread over the duration. It returns when all of them run
// again.
func (r *experiment) killRepeatedly(ctx context.Context) error {
	random := rand.New(rand.NewPCG(r.seed, 1))
	begin := time.Now()
	for i := range r.kills {
		// The remaining time for each remaining kill, and up to half of that more or less.
		left := max(0, r.duration-time.Since(begin)) / time.Duration(r.kills-i)
		if err := sleep(ctx, left/2+time.Duration(random.Int64N(int64(left)+1))); err != nil {
			return err
		}
		t := targets[i%len(targets)]
		r.record.with(func(rec *record) { rec.kills[t]++ })
		if err := r.kill(ctx, t, random); err != nil {
			return err
		}
	}
	return sleep(ctx, max(0, r.duration-time.Since(begin)))
}

func (r *experiment) kill(ctx context.Context, t target, random *rand.Rand) error {
	down := time.Duration(random.Int64N(int64(2 * time.Second)))
	switch t {
	case allWorkers: // sometimes for longer than a vote waits for a worker
		r.workers.each(r.workers.kill)
		if err := sleep(ctx, 2*down); err != nil {
			return err
		}
		for i := range workerCount {
			if err := r.workers.start(i, true); err != nil {
				return err
			}
		}
		return nil
	case theServer:
		r.server.Kill()
		if err := sleep(ctx, down); err != nil {
			return err
		}
		return r.server.restart(ctx)
	default:
		i := random.IntN(workerCount)
		r.workers.kill(i)
		return r.workers.start(i, true)
	}
}
