package signals

import (
	"context"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/wait"
)

// NewDataConverter returns converter.NewCodecDataConverter for codecs that can fail, such
// as those that ask a key service. The SDK drops a signal that the codec could not
// decode; the message is lost, and once the codec works again the run's replay finds
// it, and may never go on. With this converter a codec that fails in workflow code
// fails the workflow task, which the server retries until the codec works: nothing is
// lost. Clients and activities get the codec's error as before. Details of errors are
// not covered: they are decoded when they are asked for, also in workflow code, and the
// caller gets the codec's error.
//
// Give it to client.Options.DataConverter, of the clients and of the workers. The
// worker's WorkflowPanicPolicy must be the default, BlockWorkflow. A codec that may take
// longer than a second belongs into workflow.DataConverterWithoutDeadlockDetection,
// around this converter.
func NewDataConverter(parent converter.DataConverter, codecs []converter.PayloadCodec, o DataConverterOptions) converter.DataConverter {
	return &dataConverter{
		DataConverter: converter.NewCodecDataConverter(parent, codecs...),
		parent:        parent, permanent: o.IsPermanent, codecs: codecs,
	}
}

// DataConverterOptions tunes [NewDataConverter]. The zero value works.
type DataConverterOptions struct {
	// IsPermanent reports, by the codec's error, whether no retry will ever decode
	// a payload. Such payloads are left to the SDK, so that garbage cannot block a
	// workflow. It must always give the same answer for the same payload. Nil
	// means that every failure may pass.
	IsPermanent func(error) bool
}

// dataConverter is the copy for clients and activities. It knows how to make
// the one for workflow code.
type dataConverter struct {
	converter.DataConverter

	parent    converter.DataConverter
	permanent func(error) bool
	codecs    []converter.PayloadCodec
}

// WithWorkflowContext returns the copy for workflow code.
func (d *dataConverter) WithWorkflowContext(ctx workflow.Context) converter.DataConverter {
	parent := d.parent
	if aware, ok := parent.(workflow.ContextAware); ok {
		parent = aware.WithWorkflowContext(ctx)
	}
	guarded := make([]converter.PayloadCodec, len(d.codecs))
	for i, codec := range d.codecs {
		// Such codecs are known to the SDK since version 1.51.
		if aware, ok := codec.(interface {
			WithWorkflowContext(ctx workflow.Context) converter.PayloadCodec
		}); ok {
			codec = aware.WithWorkflowContext(ctx)
		}
		guarded[i] = &guard{codec, d.permanent}
	}
	return converter.NewCodecDataConverter(parent, guarded...)
}

// WithContext returns a copy for a client or an activity.
func (d *dataConverter) WithContext(ctx context.Context) converter.DataConverter {
	parent := d.parent
	if aware, ok := parent.(workflow.ContextAware); ok {
		parent = aware.WithContext(ctx)
	}
	return NewDataConverter(parent, d.codecs, DataConverterOptions{d.permanent})
}

// Codec shows the codecs to the SDK, which since version 1.51 encodes headers with
// them when it is asked to.
func (d *dataConverter) Codec() converter.PayloadCodec {
	if provider, ok := d.DataConverter.(interface{ Codec() converter.PayloadCodec }); ok {
		return provider.Codec()
	}
	return nil
}

// WithSerializationContext gives the context to the codecs that use one.
func (d *dataConverter) WithSerializationContext(sc converter.SerializationContext) converter.DataConverter {
	codecs := make([]converter.PayloadCodec, len(d.codecs))
	for i, codec := range d.codecs {
		codecs[i] = bound(codec, sc)
	}
	return NewDataConverter(converter.WithDataConverterSerializationContext(d.parent, sc), codecs, DataConverterOptions{d.permanent})
}

// A guard turns a failure in workflow code into a failure of the workflow task.
type guard struct {
	codec     converter.PayloadCodec
	permanent func(error) bool
}

// bound returns the codec for that context, if it uses one.
func bound(codec converter.PayloadCodec, sc converter.SerializationContext) converter.PayloadCodec {
	if aware, ok := codec.(converter.PayloadCodecWithSerializationContext); ok {
		return aware.WithSerializationContext(sc)
	}
	return codec
}

// WithSerializationContext returns the guard of a codec that is bound to a workflow first.
func (g *guard) WithSerializationContext(sc converter.SerializationContext) converter.PayloadCodec {
	return &guard{bound(g.codec, sc), g.permanent}
}

func (g *guard) Encode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	payloads, err := g.codec.Encode(payloads)
	return payloads, g.failTask("encode", err)
}

func (g *guard) Decode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	payloads, err := g.codec.Decode(payloads)
	return payloads, g.failTask("decode", err)
}

func (g *guard) failTask(verb string, err error) error {
	if err == nil || g.permanent != nil && g.permanent(err) || wait.AsksForFailure(err) {
		return err
	}
	//archtest:panic the workflow task must fail, and be retried until the codec works
	panic(&wait.CodecError{Verb: verb, Err: err})
}
