// Package entity keeps one workflow for each account, without end.
package entity

import (
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/signals"
)

// A Booking adds to an account. Senders may repeat it: it has an ID.
type Booking struct {
	ID    string `json:"id"`
	Cents int    `json:"cents"`
}

// Booked is the signal, and Balance the query, of an account.
var (
	Booked  = signals.New[Booking]("booked").WithID(func(b Booking) string { return b.ID })
	Balance = signals.NewQuery[int]("balance")
)

// A State is what one run of the workflow hands to the next.
type State struct {
	Cents   int
	Carried signals.ContinueState // messages that were not received, and the IDs of those that were
}

// Account receives bookings until it is canceled, in runs that do not become too long.
func Account(ctx workflow.Context, s State) error {
	booked := Booked.Channel(ctx, signals.Options{ContinueState: s.Carried})
	if err := Balance.Handle(ctx, func() (int, error) { return s.Cents, nil }); err != nil {
		return err
	}
	for {
		if signals.ShouldContinueAsNew(ctx) {
			if carried, ok := signals.NewContinueState(ctx, booked); ok {
				return workflow.NewContinueAsNewError(ctx, Account, State{Cents: s.Cents, Carried: carried})
			}
		}
		b, err := booked.Receive(ctx)
		if err != nil {
			return err // canceled
		}
		s.Cents += b.Cents
	}
}
