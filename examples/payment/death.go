package main

import (
	"context"
	"os"
	"syscall"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// A point is where a worker is killed.
type point string

const (
	beforeEffect point = "after its claim, before the charge"
	afterEffect  point = "after the charge, before its record"
	afterRecord  point = "after the record, before Temporal hears of it"
	nowhere      point = ""
)

type pointKey struct{}

// mayDie kills this process, with SIGKILL, if it was told to die here.
func mayDie(ctx context.Context, here point) {
	if at, _ := ctx.Value(pointKey{}).(point); at == here && at != nowhere {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		<-make(chan struct{}) // it takes a moment
	}
}

// mortal is a store around whose calls the process may die. Nobody needs such a
// thing but an example.
type mortal struct{ driver.Store }

// Claim implements [driver.Store].
func (m mortal) Claim(ctx context.Context, c driver.Claim) (driver.ClaimResult, error) {
	got, err := m.Store.Claim(ctx, c)
	if err == nil && got.Won {
		mayDie(ctx, beforeEffect)
	}
	return got, err
}

// Finish implements [driver.Store].
func (m mortal) Finish(ctx context.Context, ref driver.Ref, f driver.Completion) error {
	err := m.Store.Finish(ctx, ref, f)
	mayDie(ctx, afterRecord)
	return err
}
