"""STTN's training recipe: the network, what it learns from, and the file that inpaintd reads.

Everywhere: B clips of a batch, T frames, C channels, H W sides, D head width, N tokens. Frames are B,T,3,H,W in
[-1, 1], masks B,T,1,H,W, and a mask value of 1 is a hole. Source: Zeng, Fu, Chao, "Learning Joint Spatial-Temporal
Transformations for Video Inpainting", ECCV 2020 (arXiv 2007.10247), called the paper here.
"""


class RecipeError(Exception):
    """Something that whoever runs the recipe can put right, said in one line."""
