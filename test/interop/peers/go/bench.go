package main

import (
	"errors"
	"time"
)

type benchChainRequest struct {
	chainRequest
	Rounds int `json:"rounds"`
}

func (request benchChainRequest) check() error {
	return errors.Join(request.chainRequest.check(), checkRounds(request.Rounds))
}

type benchDelegatedRequest struct {
	delegatedRequest
	Rounds int `json:"rounds"`
}

func (request benchDelegatedRequest) check() error {
	return errors.Join(request.delegatedRequest.check(), checkRounds(request.Rounds))
}

// checkRounds refuses to measure nothing.
func checkRounds(rounds int) error {
	if rounds < 1 {
		return errors.New("a number of rounds is expected")
	}
	return nil
}

type benchAnswer struct {
	Milliseconds []float64 `json:"milliseconds"`
}

// benchChain measures how long it takes to parse and verify a chain of roots.
func benchChain(request benchChainRequest) any {
	return measure(request.Rounds, func() []error {
		return verifyChain(request.Roots)
	})
}

// benchDelegated measures how long it takes to parse and verify delegated documents.
func benchDelegated(request benchDelegatedRequest) any {
	root := parseRoot(request.Root)
	return measure(request.Rounds, func() []error {
		return verifyDelegated(root, request.Documents)
	})
}

// measure times each round of work, until the library refuses something.
func measure(rounds int, work func() (refusals []error)) any {
	milliseconds := make([]float64, rounds)
	for round := range milliseconds {
		start := time.Now()
		refusals := work()
		milliseconds[round] = float64(time.Since(start)) / float64(time.Millisecond)
		if err := firstOf(refusals); err != nil {
			return failure{describe(err)}
		}
	}
	return benchAnswer{milliseconds}
}
