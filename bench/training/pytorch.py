"""The steps that `wideye-train bench` times, in PyTorch: the same blocks, casts, layout, loss and optimiser.

    python pytorch.py MODEL.json

MODEL.json is what run.mjs writes: blocks, classes, batch size, precision, settings, rounds. Each round begins
when a line is read from standard input, and ends with a line of JSON.
"""

import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional


class ConvNorm(nn.Module):
    def __init__(self, inputs, outputs, kind):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(outputs)
        self.kind = kind

    def forward(self, x):
        return self.norm(functional.conv2d(x, self.conv.weight.to(self.kind), padding=1))


class Network(nn.Module):
    def __init__(self, blocks, features, classes, kind):
        super().__init__()
        self.kind = kind
        self.pools = []
        self.layers = nn.ModuleList()
        for block in blocks:
            (name, of), = block.items()
            if name == "residual":
                shapes = [(of["channels"], of["channels"])] * 2
            elif name == "conv":
                shapes = [(of["input"], of["output"])]
            else:
                raise ValueError(f"this script has no {name}")
            self.pools.append(of.get("pool", False))
            self.layers.append(nn.ModuleList(ConvNorm(i, o, kind) for i, o in shapes))
        self.head = nn.Linear(features, classes)

    def forward(self, images):
        x = ((images - 0.5) / 0.25).contiguous(memory_format=torch.channels_last).to(self.kind)
        for convs, pool in zip(self.layers, self.pools):
            if len(convs) == 2:
                y = x
                for conv in convs:
                    y = functional.elu(conv(y))
                x = x + y
            else:
                y = convs[0](x)
                x = functional.elu(functional.max_pool2d(y, 2) if pool else y)
        return self.head(x.float().mean((2, 3)))


def main():
    with open(sys.argv[1]) as file:
        model = json.load(file)
    device = torch.device(model["device"])
    kind = {"bf16": torch.bfloat16, "bf16-native": torch.bfloat16, "float32": torch.float32}[model["precision"]]
    network = Network(model["blocks"], model["features"], model["classes"], kind)
    network = network.to(device, memory_format=torch.channels_last)
    weights = [p for p in network.parameters() if p.dim() > 1]
    others = [p for p in network.parameters() if p.dim() == 1]
    optimiser = torch.optim.SGD(
        [{"params": weights, "weight_decay": model["weightDecay"]}, {"params": others, "weight_decay": 0.0}],
        lr=1e-9,
        momentum=model["momentum"],
        nesterov=True,
    )
    count = model["batchSize"]
    images = torch.rand(count, 3, 32, 32, device=device)
    labels = torch.randint(model["classes"], (count,), device=device)

    def wait():
        weights[0].sum().item()

    def rate(run):
        start = time.perf_counter()
        for _ in range(model["batches"]):
            run()
        wait()
        return model["batches"] * count / (time.perf_counter() - start)

    def train():
        optimiser.zero_grad()
        loss = functional.cross_entropy(network(images), labels, label_smoothing=model["labelSmoothing"])
        loss.backward()
        optimiser.step()

    def evaluate():
        with torch.no_grad():
            network(images).argmax(1)

    ready = False
    for _ in sys.stdin:
        network.train()
        training = rate(train)
        network.eval()
        answer = {"training": training, "evaluation": rate(evaluate)}
        if not ready:
            answer = {"ready": True, "torch": torch.__version__, "threads": torch.get_num_threads()}
            ready = True
        print(json.dumps(answer), flush=True)


main()
