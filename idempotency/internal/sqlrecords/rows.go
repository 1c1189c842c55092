package sqlrecords

import (
	"context"
	"time"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/internal/bounded"
)

// row holds one row of the table.
type row struct {
	driver.Entry
	found   bool
	expired bool // past its retention
	won     bool // written by the claim that returned it
}

func (r row) abandoned() bool {
	return r.State == driver.StateInProgress && r.Remaining <= 0
}

// row runs a statement that returns one row, or none.
func (r *Records) row(ctx context.Context, name string, args ...any) (row, error) {
	return bounded.Do(ctx, bounded.CallTimeout, func(ctx context.Context) (got row, err error) {
		err = r.run.Query(ctx, r.text[name], args, func(scan func(...any) error) (err error) {
			if name == "claim" {
				got, err = scanRow(scan, &got.won)
			} else {
				got, err = scanRow(scan)
			}
			return err
		})
		return got, err
	})
}

// scanRow reads the columns that every statement returns, and more after them.
func scanRow(scan func(...any) error, more ...any) (row, error) {
	var (
		got            row
		state          int16
		key, owner     []byte
		remaining, age int64
		// Some drivers return nil for what is empty.
		texts = []*[]byte{&got.Fingerprint, &got.Result, &got.Progress}
		null  [3]bool
	)
	info := &got.Info
	err := scan(append([]any{
		&key, &state, &owner, &got.Fence, texts[0], texts[1], texts[2], &null[0], &null[1], &null[2],
		&got.TakenOver, &remaining, &age,
		&info.Namespace, &info.WorkflowID, &info.RunID, &info.ActivityType, &info.ActivityID, &info.Attempt, &got.expired,
	}, more...)...)
	for i, text := range texts {
		if !null[i] && *text == nil {
			*text = []byte{}
		}
	}
	got.found = true
	copy(got.Key[:], key)
	copy(got.Owner[:], owner)
	got.State = driver.State(state) //nolint:gosec // written by us
	got.Remaining, got.Age = time.Duration(remaining)*time.Microsecond, time.Duration(age)*time.Microsecond
	return got, err
}

// claimArgs returns the arguments that the statements claim and insert share.
func claimArgs(c driver.Claim) []any {
	info := c.Info.Kept()
	return []any{
		c.Key[:], c.Owner[:], nullable(c.Fingerprint), c.Lease.Microseconds(), c.Retain.Microseconds(),
		info.Namespace, info.WorkflowID, info.RunID, info.ActivityType, info.ActivityID, int64(info.Attempt),
	}
}

// nullable keeps nil and empty apart where a driver would not.
func nullable(b []byte) any {
	if b == nil {
		return nil
	}
	return b
}
