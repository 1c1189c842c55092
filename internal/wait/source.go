package wait

import (
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"
)

// A Source takes the signals of one name out of the SDK's channel, raw and in
// history order. It takes a message only when asked, never blocks, and leaves
// the others in the channel, where the SDK's own checks still see them.
type Source struct {
	name    string
	channel workflow.ReceiveChannel
	run     *Run // nil without the interceptor
	id      int
	taken   int
}

// NewSource returns the source of the signals of that name.
func NewSource(ctx workflow.Context, name string) *Source {
	s := &Source{name: name, channel: workflow.GetSignalChannel(ctx, name), run: FromContext(ctx)}
	if s.run != nil {
		s.id = s.run.id(name)
		s.run.declared[name] = true
	}
	return s
}

// NoSource returns a source that has no messages.
func NoSource(ctx workflow.Context, name string) *Source {
	return &Source{name: name, channel: workflow.NewNamedBufferedChannel(ctx, name+" (not received)", 1)}
}

// Name returns the signal's name.
func (s *Source) Name() string { return s.name }

// Channel returns the SDK's channel, for a selector to wait on.
func (s *Source) Channel() workflow.ReceiveChannel { return s.channel }

// Len returns the number of messages in the channel.
func (s *Source) Len() int { return s.channel.Len() }

// Taken returns the number of messages that this source has taken out.
func (s *Source) Taken() int { return s.taken }

// Next takes the oldest message. Its number is its place, from 1, among the
// run's signals of this name; ok is false when none waits.
func (s *Source) Next() (raw converter.RawValue, number int, ok bool) {
	before := s.channel.Len()
	ok = s.channel.ReceiveAsync(&raw)
	after := s.channel.Len()
	s.taken += before - after // more than one when the SDK dropped what the codec could not read
	number = s.taken
	if s.run != nil {
		// Counted from the end, so that what others took does not matter.
		number = s.run.arrived[s.id] - after
	}
	return raw, number, ok
}

// Late reports whether the message of that number was recorded after d had
// passed. It needs the interceptor: without it the order is not known and the
// answer is no.
func (s *Source) Late(number int, d *Deadline) bool {
	return s.run != nil && s.run.late(s.id, number, d)
}
