"""The documented example: one call declares the step, its parameter and its input."""

import valohai

valohai.prepare(
    step="train",
    default_parameters={"learning-rate": 0.001},
    default_inputs={"training-set": "http://example.com/training_set.zip"},
    image="tensorflow/tensorflow:gpu",
)

print("learning-rate:", valohai.parameters("learning-rate").value)
print("training-set:", *valohai.inputs("training-set").uris())
