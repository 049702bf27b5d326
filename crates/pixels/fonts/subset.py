#!/usr/bin/env python3
"""Makes NotoSansCJKsc-Bold-subset.otf, the font of the visible label.

Usage: subset.py NotoSansCJK-Bold.ttc   (from Debian's package fonts-noto-cjk; needs fonttools)
"""
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection

SIMPLIFIED_CHINESE = 2  # face of the collection
TEXT = (
    "".join(map(chr, range(0x20, 0x7F)))
    + "".join(map(chr, range(0xA0, 0x100)))
    + "–—…“”‘’•€™"
    # Labels by GB 45438-2025 clause 5 and the words around them.
    + "人工智能生成合成由本图片内容辅助制作编辑修改疑似为标识的像视频使用模型系统技术创深度属于可服务提供者。，、：（）《》"
)

options = subset.Options()
options.layout_features = []
options.hinting = False
options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
options.drop_tables += ["vhea", "vmtx", "VORG", "GSUB", "GPOS", "GDEF", "BASE"]
font = TTCollection(sys.argv[1]).fonts[SIMPLIFIED_CHINESE]
subsetter = subset.Subsetter(options)
subsetter.populate(text=TEXT)
subsetter.subset(font)
font.save(Path(__file__).with_name("NotoSansCJKsc-Bold-subset.otf"))
