package main

import (
	"context"
	"os"
	"syscall"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// A crashPoint says where a worker is killed.
type crashPoint string

const (
	beforeEffect crashPoint = "after its claim, before the charge"
	afterEffect  crashPoint = "after the charge, before its record"
	afterRecord  crashPoint = "after the record, before Temporal has the result"
	nowhere      crashPoint = ""
)

type crashPointKey struct{}

// crashIfAt kills this process with SIGKILL if the context names this point.
func crashIfAt(ctx context.Context, here crashPoint) {
	if at, _ := ctx.Value(crashPointKey{}).(crashPoint); at == here && at != nowhere {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		<-make(chan struct{}) // until the process ends
	}
}

// A crashingStore may kill the process around its calls. Only this example needs it.
type crashingStore struct{ driver.Store }

// Claim implements [driver.Store].
func (m crashingStore) Claim(ctx context.Context, c driver.Claim) (driver.ClaimResult, error) {
	got, err := m.Store.Claim(ctx, c)
	if err == nil && got.Won {
		crashIfAt(ctx, beforeEffect)
	}
	return got, err
}

// Finish implements [driver.Store].
func (m crashingStore) Finish(ctx context.Context, ref driver.Ref, f driver.Completion) error {
	err := m.Store.Finish(ctx, ref, f)
	crashIfAt(ctx, afterRecord)
	return err
}
