package idempotency

import (
	"context"

	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// Options configures [NewGuard].
type Options struct {
	// DataConverter encodes the results that the guard stores. It must be set: to the
	// DataConverter of the worker's client.Options, which may encrypt, or to
	// converter.GetDefaultDataConverter() if the client has none. There is no default,
	// because a worker with an encrypting converter would store results unencrypted if
	// it forgot this field.
	DataConverter converter.DataConverter
	// FailureConverter encodes failures. If the client has one, set it here. Nil uses the
	// SDK's with DataConverter, which then encodes messages and stack traces too, unless
	// DataConverter is the SDK's default.
	FailureConverter converter.FailureConverter
	// Observe receives each event. It must be fast and safe for concurrent use. Nil
	// observes nothing.
	Observe func(context.Context, Event)
}

// A Guard lets activities take effect once. It is safe for concurrent use.
type Guard struct {
	store        driver.Store
	observe      observer
	results      results
	types        resultTypes
	fingerprints fingerprints
	warner       warner
	answered     attempts
}

// NewGuard returns a guard that keeps its records in store. It panics if the store or
// o.DataConverter is nil, which is a mistake in the program.
func NewGuard(store driver.Store, o Options) *Guard {
	must(store != nil, "NewGuard needs a store; take package memstore for tests")
	must(o.DataConverter != nil, "NewGuard needs Options.DataConverter; give it the data converter of the client, which may encrypt, "+
		"or converter.GetDefaultDataConverter() if the client has none")
	plain := o.DataConverter == converter.GetDefaultDataConverter()
	if o.FailureConverter == nil {
		o.FailureConverter = temporal.NewDefaultFailureConverter(temporal.DefaultFailureConverterOptions{
			DataConverter: o.DataConverter, EncodeCommonAttributes: !plain,
		})
	}
	if o.Observe == nil {
		o.Observe = func(context.Context, Event) {}
	}
	return &Guard{
		store: store, observe: o.Observe,
		results: results{converter: o.DataConverter, plain: plain, failures: o.FailureConverter},
	}
}

// must panics when a worker is set up wrongly.
func must(ok bool, wrong string) {
	if !ok {
		panic("idempotency: " + wrong) //archtest:panic a program that is wired wrongly must not start, as with the SDK's registration
	}
}
