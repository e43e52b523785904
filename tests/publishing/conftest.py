from tracker.wiring import wire

wire()
